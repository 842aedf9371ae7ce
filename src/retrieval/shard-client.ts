import type { FileId } from "../ids.ts";
import type { Attributes } from "../knowledge/attributes.ts";
import type { Refusal } from "../refusal.ts";
import type { Awaitable } from "../remote.ts";
import type { Result } from "../result.ts";
import type {
  ShardCandidate,
  SearchPlan,
  ShardDocument,
  ShardInventory,
  ShardQuery,
  ShardStatistics,
  WriteOutcome,
} from "./search-types.ts";

/** The methods of a search shard object, as searches, ingestion and the vector store object call them. */
export interface ShardClient {
  write(documents: readonly ShardDocument[]): Awaitable<WriteOutcome[]>;
  remove(files: readonly { readonly fileId: FileId; readonly version: number }[]): Awaitable<void>;
  setAttributes(fileId: FileId, version: number, attributes: Attributes): Awaitable<boolean>;
  statistics(terms: readonly string[]): Awaitable<ShardStatistics>;
  search(query: ShardQuery): Awaitable<ShardCandidate[]>;
  inspect(after?: string): Awaitable<ShardInventory>;
  erase(): Awaitable<void>;
}

/**
 * The method of a vector store object that a search calls first, to learn the shards and the statistics of its terms.
 */
export interface SearchPlanner {
  plan(terms: readonly string[]): Awaitable<Result<SearchPlan, Refusal>>;
}
