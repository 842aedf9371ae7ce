/**
 * The settings of cutting a text into chunks: their maximum size, and the overlap of two consecutive ones, in estimated
 * tokens.
 */
export type Chunking = { readonly chunkTokensMax: number; readonly overlapTokens: number };

/** The chunking that `chunking_strategy: auto` stands for. */
export const CHUNKING_AUTO: Chunking = { chunkTokensMax: 400, overlapTokens: 60 };
