import type { FileBatchId, VectorStoreId } from "../../../src/ids.ts";
import type { PinnedWorkflow } from "../../../src/kernel/rules/pinned-workflow.ts";
import type { AttachRequest, StoreFileView } from "../../../src/knowledge/vector-store-types.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { StoreParts } from "../store-parts.ts";
import type { StoreRuns } from "../store-runs.ts";
import type { StoreReader } from "./store-reader.ts";

type FilesToAttach = {
  readonly storeId: VectorStoreId;
  readonly requests: readonly AttachRequest[];
  readonly batchId: FileBatchId | null;
  readonly workflow: PinnedWorkflow | null;
};

/**
 * Attaches files to a live store, all or none, and starts to index them with `workflow` (null for the built-in one).
 * Refuses a file that was deleted.
 */
export function attachFiles(
  { tables, ledger }: StoreParts,
  runs: StoreRuns,
  reader: StoreReader,
  { storeId, requests, batchId, workflow }: FilesToAttach,
): Result<StoreFileView[], Refusal> {
  const deleted = requests.find(({ fileId }) => tables.isFileDeleted(fileId));
  if (deleted) return err(notFound("file", deleted.fileId));
  const attached = runs.change((change) => ledger.attachAll(change, requests, batchId, workflow));
  return ok(attached.map((file) => reader.view(storeId, file)));
}
