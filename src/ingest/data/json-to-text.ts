import { LossCounter } from "../../knowledge/file-warnings.ts";
import type { Converted } from "../ingest-types.ts";
import type { Sliced } from "../slices.ts";
import { keepUnparsed } from "./keep-unparsed.ts";
import { MemberLines } from "./member-lines.ts";
import { readJson } from "./read-json.ts";

/**
 * Converts JSON to text with a line for each member, "plans[2].price: 99", so that a member which search finds alone can
 * be understood. Arrays of numbers and words are one line. JSON lines become a line for each record, with its number.
 * Text that is not valid JSON is kept as it is, with a warning. Returns null if the text would exceed `lengthMax`
 * characters.
 */
export function* jsonToText(json: string, lengthMax: number): Sliced<Converted | null> {
  const lines = new MemberLines(lengthMax);
  if (yield* hasRecords(json)) return yield* readRecords(json, lines);
  if (yield* readJson(json, lines)) return finish(lines, []);
  return yield* keepUnparsed(json);
}

function finish(lines: MemberLines, warnings: Converted["warnings"]): Converted | null {
  return lines.isTooLong ? null : { text: lines.finish(), warnings };
}

/** Lines from which JSON lines are recognized. */
const SAMPLED_LINES = 10;
/** Blank lines that are passed in about 10 ms. */
const BLANKS_A_SLICE = 100_000;
/** A longer line is not parsed to recognize it. */
const PARSED_LENGTH_MAX = 10_000;

/** Returns true for JSON lines: several lines, most of which are a whole JSON value. */
function* hasRecords(json: string): Sliced<boolean> {
  let [lines, whole] = [0, 0];
  for (let start = 0, steps = 1; start < json.length && lines < SAMPLED_LINES; steps++) {
    if (steps % BLANKS_A_SLICE === 0) yield;
    const end = lineEnd(json, start);
    const line = json.slice(start, end).trim();
    start = end + 1;
    if (line === "") continue;
    lines++;
    if (isWhole(line)) whole++;
  }
  return lines > 1 && whole * 2 > lines;
}

function isWhole(line: string): boolean {
  if (line.length > PARSED_LENGTH_MAX) return line.startsWith("{") && line.endsWith("}");
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Characters of lines that are read in about 10 ms. A line counts as `LINE_WORK` more. */
const CHARACTERS_A_SLICE = 50_000;
const LINE_WORK = 20;

function* readRecords(json: string, lines: MemberLines): Sliced<Converted | null> {
  const losses = new LossCounter();
  let work = 0;
  for (let start = 0, number = 1; start < json.length; number++) {
    const end = lineEnd(json, start);
    const line = json.slice(start, end).trim();
    work += end - start + LINE_WORK;
    start = end + 1;
    if (line !== "") {
      lines.beginRecord();
      if (yield* readJson(line, lines)) lines.endRecord(number);
      else {
        losses.add("lines_not_parsed");
        lines.dropRecord();
        lines.addText(line);
      }
    }
    if (lines.isTooLong) return null;
    if (work < CHARACTERS_A_SLICE) continue;
    work = 0;
    yield;
  }
  return finish(lines, losses.list());
}

function lineEnd(json: string, from: number): number {
  const newline = json.indexOf("\n", from);
  return newline < 0 ? json.length : newline;
}
