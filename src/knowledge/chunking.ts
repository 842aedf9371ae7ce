/**
 * The settings of cutting a text into chunks: the maximum size of a chunk, and the overlap of two consecutive chunks,
 * in estimated tokens.
 */
export type Chunking = { readonly chunkTokensMax: number; readonly overlapTokens: number };

/** Tests whether two chunkings cut a text in the same way. */
export const isSameChunking = (one: Chunking, other: Chunking): boolean =>
  one.chunkTokensMax === other.chunkTokensMax && one.overlapTokens === other.overlapTokens;

/** The chunking that `chunking_strategy: auto` stands for. */
export const CHUNKING_AUTO: Chunking = { chunkTokensMax: 400, overlapTokens: 60 };
