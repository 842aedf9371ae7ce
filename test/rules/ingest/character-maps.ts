import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import type { ReadCharacterMap } from "../../../src/ingest/pdf/character-maps.ts";

const require = createRequire(import.meta.url);

/** Reads a character map of PDF.js from its package, as `npm run build` does. */
export const readCharacterMap: ReadCharacterMap = async (filename) =>
  new Uint8Array(await readFile(require.resolve(`pdfjs-dist/cmaps/${filename}`)));
