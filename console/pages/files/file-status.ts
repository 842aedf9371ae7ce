import type { VectorStoreFile } from "../../api/operations.ts";

/** The words for the status of a file. */
export const FILE_STATUS: Readonly<Record<VectorStoreFile["status"], string>> = {
  in_progress: "Being indexed",
  completed: "Indexed",
  failed: "Failed",
  cancelled: "Cancelled",
};
