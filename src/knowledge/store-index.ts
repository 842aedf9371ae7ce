import type { FileId } from "../ids.ts";
import type { ShardSize } from "./choose-shard.ts";
import type { GenerationSettings } from "./reindex/generation.ts";
import type { DenseIndex } from "./reindex/layout.ts";
import type { CorpusShardNumber, FollowerNumber, SearchShardNumber } from "./shard-numbers.ts";
import type { StoreFileView } from "./vector-store-types.ts";

/**
 * The index of a vector store: the settings of the generation that serves, its version, and the search shards that share
 * its chunks.
 */
export type StoreIndex = GenerationSettings & {
  /** The place that was asked for the generation's vectors. */
  readonly denseIndex: DenseIndex;
  /** The number of the generation that serves. */
  readonly generation: number;
  /** Counts the changes of what searches find. */
  readonly contentVersion: number;
  /** Number of chunks from which on a search shard gets no new files. */
  readonly shardChunksMax: number;
  readonly shards: readonly ShardSize[];
  readonly followers: readonly StoreFollower[];
};

/**
 * The state of a follower. `called`: its object is to be told. `copying`: it was told. `ready`: it answers searches.
 * `leaving`: it answers none, and is to be erased.
 */
export type FollowerState = "called" | "copying" | "ready" | "leaving";

/** A copy of a search shard that answers searches beside it while it is asked much. */
export type StoreFollower = {
  readonly shard: SearchShardNumber;
  readonly number: FollowerNumber;
  readonly state: FollowerState;
  /** The version of the store's content that it has at least; null before it was ready. */
  readonly contentVersion: number | null;
};

/** The place of a file's chunks in the corpus databases. */
export type ChunkPlace = {
  readonly file: StoreFileView;
  /** The file that the chunks are stored under: this one, or an earlier one with the same bytes. */
  readonly ownerId: FileId;
  readonly corpusShard: CorpusShardNumber;
  readonly generation: number;
};
