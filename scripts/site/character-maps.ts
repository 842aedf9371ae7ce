import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
/** The folder of PDF.js with the predefined character maps of Chinese, Japanese and Korean fonts. */
const FOLDER = join(dirname(require.resolve("pdfjs-dist/package.json")), "cmaps");

/**
 * Reads the character maps of PDF.js and their licence, by their paths in the folder of static files. The Worker reads a
 * map when a PDF file names it; together they would add 860 KB to its bundle.
 */
export function readCharacterMaps(): Record<string, Uint8Array> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".bcmap") || name === "LICENSE");
  return Object.fromEntries(
    files.map((name) => [`pdfjs/cmaps/${name}`, readFileSync(join(FOLDER, name))]),
  );
}
