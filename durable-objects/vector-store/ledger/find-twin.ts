import { isAlike } from "../../../src/knowledge/admit-attachment.ts";
import { readEnding } from "../../../src/knowledge/file.ts";
import type { AttachRequest } from "../../../src/knowledge/vector-store-types.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { IngestWorkflow } from "./ingest-workflow.ts";
import { toAttached } from "./view-file.ts";

/**
 * Finds a file whose chunks also serve this one: same bytes, same format by the name, same chunking, same attributes.
 * Finds none under a project's own workflow, which must process every file.
 */
export function findTwin(
  files: VectorStoreFiles,
  workflow: IngestWorkflow,
  file: { readonly seq: number | null } & Pick<AttachRequest, "sha256" | "filename">,
  request: Pick<AttachRequest, "attributes" | "chunking">,
): Attachment | undefined {
  if (workflow.isOwn()) return undefined;
  return files.twins(file.sha256).find((other) => {
    const canServe = other.status === "completed" || other.status === "in_progress";
    return (
      canServe &&
      other.seq !== file.seq &&
      readEnding(other.filename) === readEnding(file.filename) &&
      isAlike(toAttached(other), request)
    );
  });
}

/** Returns what a file takes over from the one whose text and chunks it shares, if there is one. */
export const shareText = (twin: Attachment | undefined) =>
  twin
    ? { aliasOf: twin.fileId, warnings: twin.warnings, isVerbatim: twin.isVerbatim }
    : { aliasOf: null, warnings: null };
