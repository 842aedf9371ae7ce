import type { ShardDocument } from "../search-types.ts";
import type { TermBlock } from "./term-block.ts";

/**
 * A call that writes files to a search shard, or a part of a long one. The index of the chunks is made by the caller,
 * `makeBatch`: chunks are in slots from 0, in the order of the documents and of the chunks in each.
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
 * A part of a file that is too long for one call. `from` is the number of chunks in the parts before. The batch has this
 * one document, with the chunks of this part.
 */
export type StagedPart = { readonly batch: ShardBatch; readonly from: number };

/** A long file all of whose parts are staged, `chunkCount` chunks, and which is to be found from now on. */
export type StagedFile = Omit<ShardDocument, "chunks"> & { readonly chunkCount: number };
