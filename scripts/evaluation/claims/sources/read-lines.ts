import { readFileSync } from "node:fs";

import type { z } from "zod";

/** Reads a file of JSON lines, each of the shape of `schema`. Empty lines are skipped. */
export function readJsonLines<Line>(path: string, schema: z.ZodType<Line>): Line[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => schema.parse(JSON.parse(line)));
}
