import type { FileId, ProjectId, VectorStoreId } from "../ids.ts";

/** The index whose documents are written: a store's, in one of its generations. */
export type CorpusIndex = {
  readonly projectId: ProjectId;
  readonly storeId: VectorStoreId;
  readonly generation: number;
};

/** A file's chunks on their way into the record. */
export type CorpusDocument = {
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly chunks: readonly CorpusChunk[];
};

export type CorpusChunk = {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly heading: string;
  readonly text: string;
};
