import type { ShardDocument } from "../search-types.ts";
import type { TermBlock } from "./term-block.ts";

/**
 * The argument of a call that writes files, or a part of a long file, to a search shard. The caller makes the posting
 * lists (`makeBatch`). Chunks are in slots from 0, in the order of the documents and of the chunks in each.
 */
export type ShardBatch = {
  /** The version of the analyzer that made the terms. */
  readonly analyzer: number;
  readonly documents: readonly ShardDocument[];
  /** The posting lists of the chunks, in the order of their keys. */
  readonly blocks: readonly TermBlock[];
  /** Number of dimensions of the vectors; 0 if there are none. */
  readonly dimensions: number;
  /** The quantized vectors of all chunks, one after the other. */
  readonly vectors: Int8Array;
};

/**
 * A part of a file that is too long for one call. `batch` has this one document with the chunks of the part; `from` is
 * the number of chunks in the preceding parts.
 */
export type StagedPart = { readonly batch: ShardBatch; readonly from: number };

/** A long file whose parts are all staged, to be published. `chunkCount` is the number of chunks in all parts. */
export type StagedFile = Omit<ShardDocument, "chunks"> & { readonly chunkCount: number };
