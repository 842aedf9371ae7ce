import type { VectorStoreFile } from "../../api/operations.ts";

const STAGE: Readonly<Record<NonNullable<VectorStoreFile["stage"]>, string>> = {
  queued: "Waiting",
  parsing: "Reading",
  chunking: "Cutting",
  embedding: "Embedding",
  indexing: "Writing the index",
};

const STAGE_SENTENCE: typeof STAGE = {
  queued: "The file waits for its turn",
  parsing: "The text of the file is being read",
  chunking: "The text is being cut into chunks",
  embedding: "The chunks are being embedded",
  indexing: "The chunks are being written to the index",
};

/** Says in a sentence what is being done with a file that is being indexed. */
export const explainStage = ({ stage }: VectorStoreFile): string =>
  stage ? STAGE_SENTENCE[stage] : "The file is being indexed";

/** Returns the word for what a file is at: the stage of its indexing, or its status. */
export const labelFile = ({ status, stage }: VectorStoreFile): string =>
  stage ? STAGE[stage] : FILE_STATUS[status];

/** The words for the status of a file. */
export const FILE_STATUS: Readonly<Record<VectorStoreFile["status"], string>> = {
  in_progress: "Being indexed",
  completed: "Indexed",
  failed: "Failed",
  cancelled: "Cancelled",
};
