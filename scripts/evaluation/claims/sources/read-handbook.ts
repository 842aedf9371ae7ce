import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { cutChunks } from "../../../../src/ingest/chunks/cut-chunks.ts";
import { CHUNKING_AUTO } from "../../../../src/knowledge/chunking.ts";
import type { SourceDocument } from "../claim.ts";

/** Ends of the names of the files in another language than English. */
const LANGUAGE = /-(de|es|ja)\.\w+$/;

/** Reads the English and German texts of the handbook, cut into passages as the service cuts them. */
export function readHandbook(folder: string): SourceDocument[] {
  const files = join(folder, "handbook", "files");
  return readdirSync(files)
    .filter((name) => /\.(?:md|txt)$/.test(name))
    .flatMap((name): SourceDocument[] => {
      const language = LANGUAGE.exec(name)?.[1] ?? "en";
      if (language !== "en" && language !== "de") return [];
      const text = readFileSync(join(files, name), "utf8");
      const format = name.endsWith(".md") ? "markdown" : "plain";
      const passages = cutChunks({ text, format }, CHUNKING_AUTO).map((chunk) => ({
        heading: chunk.heading,
        text: chunk.text,
        names: [],
      }));
      return [{ key: name, source: "handbook", language, passages }];
    });
}
