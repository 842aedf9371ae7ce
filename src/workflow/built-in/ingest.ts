import { workflow } from "../builder.ts";

/** Indexes one file. A consumer of the ingest queue does the work and reports under the step's lease. */
export const INGEST_FILE = "ingest.file@1";

/** Builds the workflow that indexes a file. */
export const INGEST_WORKFLOW = workflow("ingest")
  .step("index", { use: INGEST_FILE, timeout: { attempt: "10m" } })
  .build();
