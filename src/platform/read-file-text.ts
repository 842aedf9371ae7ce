import type { FileId, ProjectId } from "../ids.ts";
import { bytesKey, textKey } from "../knowledge/scope.ts";

/** The file that a text was extracted from. `isVerbatim` is set if the file's bytes are the text. */
export type FileOfText = { readonly fileId: FileId; readonly isVerbatim?: boolean };

/**
 * Reads the text that was extracted from a file: its bytes if they are the text. Returns null if it is not stored, or the
 * file was deleted.
 */
export async function readFileText(
  env: Env,
  projectId: ProjectId,
  { fileId, isVerbatim }: FileOfText,
): Promise<string | null> {
  const key = isVerbatim ? bytesKey(projectId, fileId) : textKey(projectId, fileId);
  return (await env.FILES.get(key))?.text() ?? null;
}
