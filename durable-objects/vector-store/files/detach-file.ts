import type { FileId } from "../../../src/ids.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { StoreParts } from "../store-parts.ts";
import type { StoreRuns } from "../store-runs.ts";
import type { Gone } from "../tables/store-tables.ts";

/**
 * Detaches a file of a live store. With `gone` "file", the file itself was deleted: it cannot be attached again, also
 * if it was not attached now. Refuses a file that is not attached.
 */
export function detachFile(
  { tables, files, ledger }: StoreParts,
  runs: StoreRuns,
  fileId: FileId,
  gone: Gone,
): Result<null, Refusal> {
  const file = files.find(fileId);
  if (!file && (gone === "chunks" || tables.isFileDeleted(fileId))) {
    return err(notFound("vector store file", fileId));
  }
  runs.change((change) => {
    if (file) ledger.detach(change, file, gone);
    else ledger.burials.buryUnseen(change, fileId);
  });
  return ok(null);
}
