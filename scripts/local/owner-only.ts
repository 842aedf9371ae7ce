import { renameSync, writeFileSync } from "node:fs";

const OWNER_ONLY = 0o600;

/**
 * Replaces a file atomically, so that a kill leaves the old or the new content. Only its owner can read it. A killed
 * process may leave a draft beside it, with its id at the end of the name.
 */
export function writeOwnerOnly(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: OWNER_ONLY });
  renameSync(draft, path);
}
