import type { FileId, ProjectId, VectorStoreId } from "../ids.ts";

/** One generation of a store's index. */
export type CorpusIndex = {
  readonly projectId: ProjectId;
  readonly storeId: VectorStoreId;
  readonly generation: number;
};

/** A file's chunks, as they are written to the corpus database. */
export type CorpusDocument = {
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly chunks: readonly CorpusChunk[];
};

/** A chunk, as it is written to the corpus database. */
export type CorpusChunk = {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly heading: string;
  readonly text: string;
};
