/**
 * The settings of cutting a text into chunks: the maximum size of a chunk, and the overlap of two consecutive chunks,
 * in estimated tokens.
 */
export type Chunking = { readonly chunkTokensMax: number; readonly overlapTokens: number };

/** The chunking that `chunking_strategy: auto` stands for. */
export const CHUNKING_AUTO: Chunking = { chunkTokensMax: 400, overlapTokens: 60 };
