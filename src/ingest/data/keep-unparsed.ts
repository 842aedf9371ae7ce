import { LossCounter } from "../../knowledge/file-warnings.ts";
import type { Converted } from "../ingest-types.ts";

/** Returns a damaged JSON or XML text as it is, with a warning that counts its lines. */
export function keepUnparsed(text: string): Converted {
  const losses = new LossCounter();
  losses.add("lines_not_parsed", countLines(text));
  return { text, warnings: losses.list() };
}

function countLines(text: string): number {
  let lines = 1;
  const end = text.trimEnd().length;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
