import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const CorpusLine = z.object({ _id: z.string(), title: z.string().default(""), text: z.string() });

/**
 * Reads a file of JSON lines, each of the shape of `schema`. Empty lines are skipped. Throws an error that names the
 * line if one has another shape.
 */
export function readJsonLines<Line>(path: string, schema: z.ZodType<Line>): Line[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, index) => {
      if (line.trim() === "") return [];
      const parsed = schema.safeParse(JSON.parse(line));
      if (parsed.success) return parsed.data;
      throw new Error(`${path}:${index + 1}: ${z.prettifyError(parsed.error)}`);
    });
}

/** Reads the documents of a test collection from `corpus.jsonl` in its folder. */
export const readCorpus = (folder: string): z.infer<typeof CorpusLine>[] =>
  readJsonLines(join(folder, "corpus.jsonl"), CorpusLine);
