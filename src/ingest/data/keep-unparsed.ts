import { LossCounter } from "../../knowledge/file-warnings.ts";
import type { Converted } from "../ingest-types.ts";
import type { Sliced } from "../slices.ts";

/** Lines that are counted in about 10 ms. */
const LINES_A_SLICE = 200_000;

/** Returns a damaged JSON or XML text as it is, with a warning that counts its lines. */
export function* keepUnparsed(text: string): Sliced<Converted> {
  const losses = new LossCounter();
  losses.add("lines_not_parsed", yield* countLines(text));
  return { text, warnings: losses.list() };
}

function* countLines(text: string): Sliced<number> {
  let lines = 1;
  const end = text.trimEnd().length;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) {
    if (++lines % LINES_A_SLICE === 0) yield;
  }
  return lines;
}
