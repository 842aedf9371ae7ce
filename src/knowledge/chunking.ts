/** The maximum size of a chunk and the overlap of neighbouring chunks, in estimated tokens. */
export type Chunking = { readonly chunkTokensMax: number; readonly overlapTokens: number };

/** The chunking of `chunking_strategy: auto`. */
export const CHUNKING_AUTO: Chunking = { chunkTokensMax: 400, overlapTokens: 60 };
