/** The stages of indexing a file, in order. */
export const FILE_STAGES = ["queued", "parsing", "chunking", "embedding", "indexing"] as const;
/**
 * A stage of indexing a file. `queued`: it waits for its turn, for the steps before it in the project's workflow, or for
 * the next attempt.
 */
export type FileStage = (typeof FILE_STAGES)[number];
