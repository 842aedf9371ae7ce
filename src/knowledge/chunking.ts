export type Chunking = { readonly chunkTokensMax: number; readonly overlapTokens: number };

/** Our defaults for `chunking_strategy: auto`. */
export const CHUNKING_AUTO: Chunking = { chunkTokensMax: 400, overlapTokens: 60 };
