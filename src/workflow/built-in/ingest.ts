import { workflow } from "../builder.ts";

/**
 * The step type that indexes one file. A consumer of the ingest queue does the work and reports the outcome to the
 * object that runs the step.
 */
export const INGEST_FILE = "ingest.file@1";

/** The built-in workflow that indexes a file of a vector store, in one step. */
export const INGEST_WORKFLOW = workflow("ingest")
  .step("index", { use: INGEST_FILE, timeout: { attempt: "10m" } })
  .build();
