import { parseJson } from "../../../src/columns.ts";
import type { VectorStoreId } from "../../../src/ids.ts";
import type { Attached } from "../../../src/knowledge/admit-attachment.ts";
import type { FileStage } from "../../../src/knowledge/file-stage.ts";
import type { FileWarning } from "../../../src/knowledge/file-warnings.ts";
import type { StoreFileView } from "../../../src/knowledge/vector-store-types.ts";
import type { Attachment } from "../tables/attachment-row.ts";

/** Returns the properties of an attached file that decide what attaching it again does. */
export function toAttached(file: Attachment): Attached {
  const { status, attributes, chunkTokensMax, overlapTokens } = file;
  return {
    status,
    attributes: parseJson(attributes),
    chunking: { chunkTokensMax, overlapTokens },
  };
}

/**
 * Returns the properties of an attached file that the API shows. `stage` is that of its indexing, null if none is known;
 * `wait` says why it is not indexed yet, null if no attempt has failed.
 */
export function viewFile(
  storeId: VectorStoreId,
  file: Attachment,
  { stage, wait }: { readonly stage: FileStage | null; readonly wait: string | null },
): StoreFileView {
  return {
    id: file.fileId,
    storeId,
    createdAt: file.createdAt,
    usageBytes: file.usageBytes,
    stage,
    filename: file.filename,
    textOf: file.aliasOf ?? file.fileId,
    isVerbatim: file.isVerbatim === 1,
    lastError: findError(file, wait),
    warnings: listWarnings(file),
    ...toAttached(file),
  };
}

function findError(
  { errorCode, errorMessage }: Attachment,
  wait: string | null,
): StoreFileView["lastError"] {
  if (errorCode !== null) return { code: errorCode, message: errorMessage ?? "" };
  return wait === null ? null : { code: "server_error", message: wait };
}

/** Returns the losses that were counted when the text of an attached file was extracted. */
export function listWarnings({ warnings }: Pick<Attachment, "warnings">): readonly FileWarning[] {
  return warnings === null ? [] : parseJson(warnings);
}
