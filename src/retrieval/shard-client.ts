import type { FileId } from "../ids.ts";
import type { Attributes } from "../knowledge/attributes.ts";
import type { FileWarnings } from "../knowledge/file-warnings.ts";
import type { Refusal } from "../refusal.ts";
import type { Awaitable } from "../remote.ts";
import type { Result } from "../result.ts";
import type { ChangesPage, ChangesRequest } from "./followers/changes-page.ts";
import type { ShardHeat } from "./followers/shard-heat.ts";
import type {
  ExplainedCandidates,
  SearchPlan,
  ShardCandidate,
  ShardInventory,
  ShardQuery,
  ShardStatistics,
  StagedChunks,
  StoredChunks,
  WriteOutcome,
} from "./search-types.ts";
import type { ShardBatch, StagedFile, StagedPart } from "./segment/shard-batch.ts";
import type { VectorOutbox } from "./vectorize/outgoing.ts";
import type { ShardPlacing } from "./vectorize/placement.ts";

/** The methods of a search shard object, as searches, ingestion and the vector store object call them. */
export interface ShardClient extends VectorOutbox {
  write(batch: ShardBatch): Awaitable<WriteOutcome[]>;
  staged(file: { readonly fileId: FileId; readonly version: number }): Awaitable<StagedChunks>;
  stage(part: StagedPart): Awaitable<WriteOutcome["outcome"]>;
  publish(file: StagedFile): Awaitable<WriteOutcome["outcome"]>;
  remove(files: readonly { readonly fileId: FileId; readonly version: number }[]): Awaitable<void>;
  setAttributes(fileId: FileId, version: number, attributes: Attributes): Awaitable<boolean>;
  statistics(terms: readonly string[]): Awaitable<ShardStatistics>;
  /** Returns null if the shard is erased: the plan of the search is outdated. */
  search(query: ShardQuery): Awaitable<ShardCandidate[] | null>;
  searchExplained(query: ShardQuery): Awaitable<ExplainedCandidates | null>;
  storedChunks(fileId: FileId, from: number): Awaitable<StoredChunks | null>;
  inspect(after?: string): Awaitable<ShardInventory>;
  erase(): Awaitable<void>;
  dimensions(): Awaitable<number>;
  place(placing: ShardPlacing): Awaitable<readonly string[] | null>;
  /** Returns the next page for a follower. */
  changes(request: ChangesRequest): Awaitable<ChangesPage>;
}

/**
 * The methods of a vector store object that a search calls. `plan` comes first; if the plan is cached, only
 * `contentVersion` is called, to check it. `warnings` is called last, and only if the search explains its results.
 * `asked` are the questions; `heat` is what the isolate has seen of the store's shards since its last call.
 */
export interface SearchPlanner {
  plan(
    terms: readonly string[],
    asked: readonly string[],
    heat?: readonly ShardHeat[],
  ): Awaitable<Result<SearchPlan, Refusal>>;
  contentVersion(
    asked: readonly string[],
    heat?: readonly ShardHeat[],
  ): Awaitable<Result<number, Refusal>>;
  warnings(fileIds: readonly FileId[]): Awaitable<FileWarnings>;
}
