import type { FileId, ProjectId, VectorStoreId } from "../ids.ts";
import type { EncodedPlaces } from "../knowledge/chunk-places.ts";

/**
 * The index of a vector store, to which chunks in the corpus databases belong. `generation` counts the times that it
 * was rebuilt.
 */
export type CorpusIndex = {
  readonly projectId: ProjectId;
  readonly storeId: VectorStoreId;
  readonly generation: number;
};

/**
 * A file with its chunks, or with a part of them, as they are written to a corpus database (D1), the permanent record of
 * all chunks. `chunkCount` is the number of all chunks of the file.
 */
export type CorpusDocument = {
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly chunkCount: number;
  readonly chunks: readonly CorpusChunk[];
};

/** A chunk, as it is written to a corpus database (D1). */
export type CorpusChunk = {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly heading: string;
  readonly text: string;
  /** The pages and table rows that the chunk has; null if they are unknown. `findPlace` reads them. */
  readonly places: EncodedPlaces | null;
};
