import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** The contents of files, by their path in a folder, with `/`. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Makes a folder contain exactly these files: writes those that differ, and removes all others. */
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
