import type { FileId } from "../ids.ts";
import type { ShardSize } from "./choose-shard.ts";
import type { CorpusShardNumber } from "./shard-numbers.ts";
import type { StoreFileView } from "./vector-store-types.ts";

/** The index of a vector store: the model of its vectors, its version, and the search shards that share its chunks. */
export type StoreIndex = {
  readonly embeddingModel: string;
  /** The number of the generation that serves. */
  readonly generation: number;
  /** Counts the changes of what searches find. */
  readonly contentVersion: number;
  /** Number of chunks from which on a search shard gets no new files. */
  readonly shardChunksMax: number;
  readonly shards: readonly ShardSize[];
};

/** The place of a file's chunks in the corpus databases. */
export type ChunkPlace = {
  readonly file: StoreFileView;
  /** The file that the chunks are stored under: this one, or an earlier one with the same bytes. */
  readonly ownerId: FileId;
  readonly corpusShard: CorpusShardNumber;
  readonly generation: number;
};
