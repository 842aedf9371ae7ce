import type { Unit, UnitList } from "../../knowledge/units.ts";
import type { WrittenDate } from "../../knowledge/written-dates.ts";
import { type Block, readBlocks } from "../blocks/read-blocks.ts";
import type { ExtractedFormat } from "../ingest-types.ts";
import { listNow, type SlicedItems } from "../slices.ts";
import { sentencesInSlices, type Span } from "../text/sentences.ts";
import { Outline, type OutlinedBlock } from "./outline.ts";
import { readSince } from "./read-since.ts";
import { isQuestionLine, stripMarks } from "./unit-marks.ts";

/** A longer item or clause is cut into its sentences. */
const WHOLE_LENGTH_MAX = 400;
/** A row of a table that only separates others. */
const RULE = /^[\s|:+=-]*$/;
const MARK = /^(?:(?:[-*+•–>]|\d{1,4}[.)])[ \t]+)+/;

/** Keeps the outline of the blocks of a text while they are read, and cuts the units of one part after the other. */
export class UnitReader {
  readonly #text: string;
  readonly #outline: Outline;
  readonly #since: WrittenDate | null;
  #blocks: OutlinedBlock[] = [];

  constructor(text: string, format: ExtractedFormat) {
    this.#text = text;
    this.#outline = new Outline(text, format === "plain" ? readTitle(text) : null);
    this.#since = readSince(text);
  }

  /** Passes on the blocks of the text, and notes the place of each in the outline. */
  *pass(blocks: SlicedItems<Block>): SlicedItems<Block> {
    for (const block of blocks) {
      const placed = block ? this.#outline.add(block) : null;
      if (placed) this.#blocks.push(placed);
      yield block;
    }
  }

  /**
   * Cuts the units of the part of the text from `start` to `end`, whose blocks have passed. No later part begins before
   * this one.
   */
  read(start: number, end: number): UnitList {
    const first = this.#blocks.findIndex((block) => block.end > start);
    this.#blocks.splice(0, first < 0 ? this.#blocks.length : first);
    const units: Unit[] = [];
    for (const block of this.#blocks) {
      if (block.start >= end) break;
      const within = {
        ...block,
        start: Math.max(block.start, start),
        end: Math.min(block.end, end),
      };
      units.push(...cutBlock(this.#text, within));
    }
    return { units, since: this.#since };
  }
}

/** Cuts the units of a passage whose format is unknown: one that was indexed before units were kept. */
export function cutUnits(text: string): UnitList {
  const format = guessFormat(text);
  const reader = new UnitReader(text, format);
  listNow(reader.pass(readBlocks(text, format)));
  return reader.read(0, text.length);
}

/** Returns the first line of a text if it is a title: short, and without a full stop at its end. */
function readTitle(text: string): string | null {
  const [line = ""] = text
    .slice(0, TITLE_LENGTH_MAX + 1)
    .trimStart()
    .split("\n", 1);
  return line.length < TITLE_LENGTH_MAX && /[\p{L}\p{N})]$/u.test(line.trim()) ? line.trim() : null;
}

const TITLE_LENGTH_MAX = 100;

/** A line of a table file names its values, "plan: Team; price: 99"; one of a JSON document begins with a path. */
function guessFormat(text: string): ExtractedFormat {
  const all = text.split("\n").filter((line) => line.trim() !== "");
  if (all.length > 1 && all.every((line) => /^[^:;]{1,80}[:;] .*; [^:;]+: /.test(line)))
    return "csv";
  return all.length > 1 && all.every((line) => /^[\p{L}_$][\p{L}\p{N}_$.[\]-]*: /u.test(line))
    ? "json"
    : "markdown";
}

function cutBlock(text: string, block: OutlinedBlock): Unit[] {
  switch (block.kind) {
    case "table":
      return cutRows(text, block, "row");
    case "records":
      return cutRows(text, block, "record");
    case "members":
      return cutRows(text, block, "member");
    case "lines":
      return cutCode(text, block);
    case "item":
    case "clause":
    case "term":
      return cutWhole(text, block, block.kind);
    case "heading":
    case "prose":
      return cutProse(text, block);
  }
}

function cutRows(text: string, block: OutlinedBlock, kind: "row" | "record" | "member"): Unit[] {
  const header = kind === "row" ? new Set(block.lead.split("\n").map((line) => line.trim())) : null;
  return lines(text, block)
    .filter(({ start, end }) => {
      const line = text.slice(start, Math.min(end, start + WHOLE_LENGTH_MAX));
      return !RULE.test(line) && !header?.has(line);
    })
    .map((span) => toUnit(block, span, kind));
}

function cutCode(text: string, block: OutlinedBlock): Unit[] {
  return lines(text, block)
    .filter(({ start, end }) => !/^(?:```|~~~)/.test(text.slice(start, end)))
    .map((span) => toUnit(block, span, "code"));
}

/** An item, clause or definition is one unit, unless it is long. */
function cutWhole(text: string, block: OutlinedBlock, kind: Unit["kind"]): Unit[] {
  const spans =
    block.end - block.start > WHOLE_LENGTH_MAX
      ? listNow(sentencesInSlices(text, block.start, block.end))
      : [trim(text, block)];
  return spans
    .map((span) => (kind === "item" ? skipMark(text, span) : span))
    .filter(({ start, end }) => end > start)
    .map((span) => toUnit(block, span, kind));
}

/** Cuts a paragraph into sentences. A question on a line of its own heads those after it. */
function cutProse(text: string, block: OutlinedBlock): Unit[] {
  const units: Unit[] = [];
  let { headings } = block;
  let question: string | null = null;
  for (const span of listNow(sentencesInSlices(text, block.start, block.end))) {
    const sentence = text.slice(span.start, span.end);
    const isLine =
      isLineStart(text, span.start) &&
      /^\s*(?:\n|$)/.test(text.slice(span.end, block.end).slice(0, 80));
    if (isLine && isQuestionLine(sentence, sentence.length)) {
      if (question !== null) headings = headings.slice(0, -1);
      question = stripMarks(sentence);
      headings = [...headings, question];
      continue;
    }
    units.push(toUnit({ ...block, headings }, skipMark(text, span), "sentence"));
  }
  return units;
}

const isLineStart = (text: string, at: number) => at === 0 || text.charCodeAt(at - 1) === 10;

/** Leaves out the mark of a list item. */
function skipMark(text: string, { start, end }: Span): Span {
  const mark = MARK.exec(text.slice(start, Math.min(end, start + 20)))?.[0].length ?? 0;
  return { start: start + mark, end };
}

function lines(text: string, { start, end }: Span): Span[] {
  const spans: Span[] = [];
  for (let at = start; at < end;) {
    const newline = text.indexOf("\n", at);
    const until = newline < 0 || newline > end ? end : newline;
    const line = trim(text, { start: at, end: until });
    if (line.end > line.start) spans.push(line);
    at = until + 1;
  }
  return spans;
}

function trim(text: string, { start, end }: Span): Span {
  const part = text.slice(start, end);
  const from = start + part.length - part.trimStart().length;
  return { start: from, end: Math.max(from, start + part.trimEnd().length) };
}

function toUnit(
  { headings, lead, depth, block }: OutlinedBlock,
  span: Span,
  kind: Unit["kind"],
): Unit {
  return { start: span.start, end: span.end, kind, headings, lead, depth, block };
}
