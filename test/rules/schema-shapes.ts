import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** The shape of stored data as `schemas.json` records it: its version, and a hash of the declarations in the source. */
export type Shape = { readonly version: number; readonly hash: string };

/** Reads a file of the project, by its path from the root. */
export const readSource = (path: string) => readFileSync(join(ROOT, path), "utf8");
/** Lists the names of the migrations in a folder, sorted. */
export const filesIn = (folder: string) => readdirSync(join(ROOT, "migrations", folder)).toSorted();
/** Computes the SHA-256 of a text, in hex, shortened to 16 digits. */
export const hashText = (text: string) =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);
/** Removes comments, descriptions and line breaks: the parts that change no shape. */
const bare = (source: string) =>
  source
    .replaceAll(/\.describe\(\s*(?:"[^"]*"|`[^`]*`),?\s*\)|\.meta\(\{[^}]*\}\)/g, "")
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, "")
    .replaceAll(/,(\s*[}\])])/g, "$1")
    .replaceAll(/\s+/g, "");

/** Returns the source of the declarations with these names in a file, without comments and line breaks. */
export function declared(path: string, ...names: readonly string[]): string {
  const source = readSource(path);
  const found = names.map((name) => {
    const start = new RegExp(`^(export )?(type|const) ${name}\\b`, "m").exec(source);
    if (!start) throw new Error(`${path} declares no ${name}`);
    const rest = source.slice(start.index);
    const end = /;\n(?=\S|\n|$)/.exec(rest);
    return bare(rest.slice(0, end ? end.index + 1 : undefined).replace(/^export /, ""));
  });
  return found.join("\n");
}

/** Reads a version number from the source of a file, by a pattern. Used for constants that are not exported. */
export function versionIn(path: string, pattern: RegExp): number {
  const version = Number(pattern.exec(readSource(path))?.[1]);
  if (!Number.isInteger(version)) throw new Error(`${path} has no version like ${pattern.source}`);
  return version;
}

/** Makes the record of a shape from its version and the source of its declarations. */
export const shape = (version: number, text: string): Shape => ({ version, hash: hashText(text) });
