import type { Awaitable } from "../../remote.ts";
import type { ChunkRun, VectorIndexNumber, VectorSource } from "./placement.ts";
import type { IndexMetadata } from "./vector-index.ts";

/** A change of a vector index: vectors are written, or deleted. */
export type ChangeKind = "upsert" | "delete";

/** A change that waits in a shard until a vector index has it: its place in the shard's order, and how many vectors. */
export type OutgoingEntry = {
  readonly seq: number;
  readonly kind: ChangeKind;
  readonly count: number;
};

/** The vectors of entries, by the numbers of their chunks. */
export type OutgoingVectors = {
  readonly numbers: readonly number[];
  /** For each number, the entry that it is of. */
  readonly seqs: readonly number[];
  /** For each vector to write, what it can be filtered by. Empty for those to delete. */
  readonly metadata: readonly IndexMetadata[];
  /** For vectors to write: their int8 values, one vector after the other. Empty for those to delete. */
  readonly rows: Int8Array;
  readonly dimensions: number;
  /** The entries that a mutation of before may undo late: deletions, and vectors that are written again. */
  readonly undoable: readonly number[];
  /** True if the index is to have no vector of the shard any more. */
  readonly isLeft: boolean;
};

/** The vectors of no entries. */
export const NO_VECTORS: OutgoingVectors = {
  numbers: [],
  seqs: [],
  metadata: [],
  rows: new Int8Array(),
  dimensions: 0,
  undoable: [],
  isLeft: false,
};

/** The vectors that an index has of the chunks in `runs`: their numbers in the shard, and their metadata. */
export type FoundVectors = {
  readonly runs: readonly ChunkRun[];
  readonly numbers: readonly number[];
  readonly metadata: readonly IndexMetadata[];
};

/** The differences between an index and a shard, without those that a pending change will mend. */
export type ComparedVectors = {
  /** The numbers of vectors that the index should not have. */
  readonly strays: readonly number[];
  /** Number of vectors that the shard writes again. */
  readonly amended: number;
};

/** Vectors in one entry, so that a batch of an index takes several entries, of several stores. */
export const ENTRY_VECTORS_MAX = 250;

/** The methods of a search shard by which the writer of a vector index reads what is to be written. */
export interface VectorOutbox {
  /** Lists the entries for a vector index behind the one with the number `after`, in order. */
  listOutgoing(index: VectorIndexNumber, after: number): Awaitable<OutgoingEntry[]>;
  /** Reads the vectors of entries. Those of chunks that were removed meanwhile are missing. */
  readOutgoing(seqs: readonly number[]): Awaitable<OutgoingVectors>;
  /** Notes that the vector index has what entries say, as every search sees. */
  confirmOutgoing(seqs: readonly number[]): Awaitable<void>;
  /** Compares what a vector index has with the shard. What is missing there, or has old metadata, is written again. */
  compareOutgoing(index: VectorIndexNumber, found: FoundVectors): Awaitable<ComparedVectors>;
}

/** The room in a vector index for another store, as its writer knows it. */
export type IndexRoom = {
  readonly dimensions: number;
  /** Number of vectors that it can still take, without those that are about to be written. */
  readonly free: number;
};

/** The methods of the object that makes all changes of one vector index. */
export interface VectorWriterClient {
  /** Notes that a shard has changes for the index. */
  announce(index: VectorIndexNumber, source: VectorSource): Awaitable<void>;
  /**
   * Asks the index how much room it has; null if it does not answer. There is none for a namespace that was left until
   * nothing can come back to it.
   */
  room(index: VectorIndexNumber, namespace?: string): Awaitable<IndexRoom | null>;
}
