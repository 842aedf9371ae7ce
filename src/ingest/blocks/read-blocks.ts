import type { ExtractedFormat } from "../ingest-types.ts";
import type { SlicedItems } from "../slices.ts";
import { longSpaceEnd, skipSpace, type Span } from "../text/sentences.ts";
import { MemberContext, type TableContext } from "./block-context.ts";

/**
 * Consecutive lines of a text that belong together: a heading, a paragraph, a list item, a table, code or a row.
 * `table` and `records` consist of rows, one a line; each record names its own values. `members` are lines of a name and
 * a value, which may be long.
 */
export type Block = Span & {
  readonly kind: "heading" | "prose" | "lines" | "table" | "records" | "members";
  /** Set for a table and for members. */
  readonly table?: TableContext;
  /**
   * The headings above the block, outermost first; for a heading, also itself. Blocks of one section share the array.
   */
  readonly path: readonly string[];
};

/**
 * Splits a text into blocks, in one pass over its lines. In Markdown, blocks are headings, code fences, tables, list
 * items and paragraphs; in all other formats, blank lines separate them. Every character except white space is in exactly one block.
 */
export function* readBlocks(text: string, format: ExtractedFormat): SlicedItems<Block> {
  const reader = new BlockReader(text);
  let lines = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const spaceEnd = longSpaceEnd(text, start, end);
    if (spaceEnd !== null) {
      start = spaceEnd;
      yield;
      continue;
    }
    if (format === "markdown") reader.readMarkdownLine(start, end);
    else reader.readLine(start, end, LINE_KINDS[format]);
    start = end + 1;
    while (reader.ended.length > 0) yield reader.ended.shift();
    if (++lines % LINES_A_SLICE === 0) yield;
  }
  reader.finishBlock();
  yield* reader.ended;
}

const LINE_KINDS = { plain: "prose", csv: "records", json: "members" } as const;
/** Lines of about 10 ms. */
const LINES_A_SLICE = 4_000;
const HEADING_LENGTH_MAX = 200;
const FENCE = /^(`{3,}|~{3,})/;
const HEADING = /^(#{1,6})(?:[ \t]|$)/;
const SETEXT = /^(=+|-+)[ \t]*$/;
const LIST_ITEM = /^(?:[-*+]|\d{1,4}[.)])[ \t]/;
/** The line under the header of a table, without white space at its end, which two parts of the pattern would share. */
const TABLE_RULE = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/;
/** A longer paragraph before a table is no caption. */
const CAPTION_LENGTH_MAX = 200;
/** Rows above the rule that may name the columns. */
const HEADER_ROWS_MAX = 4;
/** Length of the prefix that decides the kind of a line, so that a line of megabytes costs nothing. */
const LINE_PREFIX = 240;

class BlockReader {
  /** The blocks that have ended, oldest first; whoever reads on takes them out. */
  readonly ended: Block[] = [];
  readonly #text: string;
  /** The open headings by level. `#path` has the same headings without gaps. */
  readonly #open: (string | undefined)[] = [];
  #path: readonly string[] = [];
  #start = -1;
  #end = -1;
  #kind: Block["kind"] = "prose";
  #lines = 0;
  #fence = "";
  /** The end of the last row above the rule of the open table; -1 without a rule. */
  #headerEnd = -1;
  readonly #members = new MemberContext();
  /** The paragraph of one line that ended last; null after any other block. */
  #lastLine: Span | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads a line of a format without marks. */
  readLine(start: number, end: number, kind: Block["kind"]): void {
    const first = skipSpace(this.#text, start, end);
    if (first >= end) this.finishBlock();
    else this.#extend(start, end, kind);
  }

  /** Reads one line of Markdown: it begins a block, extends the open one or ends it. */
  readMarkdownLine(start: number, end: number): void {
    const first = skipSpace(this.#text, start, end);
    const line = this.#text.slice(first, Math.min(end, first + LINE_PREFIX));
    if (this.#fence !== "") {
      if (line !== "") this.#extend(start, end, "lines");
      // A fence is closed by at least as many of its marks.
      if (line.startsWith(this.#fence)) this.#closeFence();
      return;
    }
    if (line === "") {
      this.finishBlock();
      return;
    }
    const fence = FENCE.exec(line)?.[1];
    if (fence !== undefined) {
      this.finishBlock();
      this.#fence = fence;
      this.#extend(start, end, "lines");
      return;
    }
    const level = HEADING.exec(line)?.[1]?.length;
    if (level !== undefined) {
      this.finishBlock();
      this.#heading(
        level,
        this.#text.slice(first + level, Math.min(end, first + HEADING_LENGTH_MAX)),
      );
      this.#extend(start, end, "heading");
      this.finishBlock();
      return;
    }
    if (this.#lines === 1 && this.#kind === "prose" && SETEXT.test(line)) {
      this.#heading(line.startsWith("=") ? 1 : 2, this.#text.slice(this.#start, this.#end));
      this.#end = end;
      this.#kind = "heading";
      this.finishBlock();
      return;
    }
    this.#readRowOrProse(start, end, line);
  }

  #readRowOrProse(start: number, end: number, line: string): void {
    const isOpenTable = this.#kind === "table";
    const isRule = line.includes("|") && line.includes("-") && TABLE_RULE.test(line.trimEnd());
    // A table without bars at the sides is recognised by its rule.
    if (isRule && this.#lines === 1 && this.#kind === "prose" && this.#hasBar()) {
      this.#headerEnd = this.#end;
      this.#extend(start, end, "table");
      return;
    }
    if (isRule && isOpenTable && this.#headerEnd < 0 && this.#lines <= HEADER_ROWS_MAX) {
      this.#headerEnd = this.#end;
    }
    const isRow = line.startsWith("|") || (isOpenTable && line.includes("|"));
    if (LIST_ITEM.test(line) || isRow !== isOpenTable) this.finishBlock();
    this.#extend(start, end, isRow ? "table" : "prose");
  }

  #hasBar(): boolean {
    return this.#text
      .slice(this.#start, Math.min(this.#end, this.#start + LINE_PREFIX))
      .includes("|");
  }

  /** Ends the open block, if there is one. */
  finishBlock(): void {
    if (this.#start >= 0) {
      const [start, end, kind, path] = [this.#start, this.#end, this.#kind, this.#path];
      const table = this.#readContext(kind);
      this.ended.push({ start, end, kind, path, ...(table && { table }) });
      const isLine = kind === "prose" && this.#lines === 1 && end - start <= CAPTION_LENGTH_MAX;
      this.#lastLine = isLine ? { start, end } : null;
    }
    this.#start = -1;
    this.#headerEnd = -1;
    this.#lines = 0;
    this.#kind = "prose";
  }

  #readContext(kind: Block["kind"]): TableContext | null {
    if (kind === "members") return this.#members.readContext(this.#text, this.#start, this.#end);
    if (kind !== "table") return null;
    const header = this.#headerEnd < 0 ? null : { start: this.#start, end: this.#headerEnd };
    return { caption: this.#lastLine, header };
  }

  #extend(start: number, end: number, kind: Block["kind"]): void {
    if (this.#start < 0) this.#start = start;
    this.#end = end;
    this.#kind = kind;
    this.#lines++;
  }

  #closeFence(): void {
    // The line that opens a fence also starts with it.
    if (this.#lines < 2) return;
    this.#fence = "";
    this.finishBlock();
  }

  #heading(level: number, raw: string): void {
    const title = raw
      .slice(0, HEADING_LENGTH_MAX)
      .trim()
      .replace(/\s#{1,6}$/, "")
      .trim();
    this.#open.length = level - 1;
    this.#open[level - 1] = title;
    this.#path = this.#open
      .filter((heading) => heading !== undefined && heading !== "")
      .map(String);
  }
}
