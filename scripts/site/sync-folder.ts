import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** Contents by path in the folder. Paths have slashes. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes files into a folder and removes all others. Unchanged files are not written. */
export function syncFolder(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    if (existsSync(target) && readFileSync(target).equals(Buffer.from(content))) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const found = join(entry.parentPath, entry.name);
    const path = found.slice(folder.length + 1).replaceAll(sep, "/");
    if (!Object.hasOwn(files, path)) rmSync(found);
  }
}
