import type { FileId } from "../../../src/ids.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { StoreParts } from "../store-parts.ts";
import type { StoreRuns } from "../store-runs.ts";

/** Indexes an attached file again, for its dead letter. Refuses if it is being indexed, or not attached any more. */
export function redriveFile(
  { files, ledger }: StoreParts,
  runs: StoreRuns,
  fileId: FileId,
): Result<null, Refusal> {
  const file = files.find(fileId);
  if (!file) return err(notFound("vector store file", fileId));
  if (file.status === "in_progress") return err(FILE_IN_PROGRESS);
  runs.change((change) => {
    ledger.indexAgain(change, file);
    // It has become an alias of a file with the same bytes, which is indexed.
    if (file.status === "completed") runs.letters.addEnd(fileId, "completed");
  });
  return ok(null);
}

const FILE_IN_PROGRESS: Refusal = {
  code: "run_in_progress",
  message: "The file is being indexed. Wait until that ends.",
};
