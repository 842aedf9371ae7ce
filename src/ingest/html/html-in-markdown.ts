import type { LossCounter } from "../../knowledge/file-warnings.ts";
import type { Sliced } from "../slices.ts";
import { BLOCKS, LISTS } from "./element-kinds.ts";
import { readHtmlPart } from "./html-to-markdown.ts";
import { readInlineHtml } from "./inline-html.ts";

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const INDENTED = /^(?: {4}|\t)/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/;
const BLOCK_TAG = /^\s*<(\/?)([a-z][a-z\d]*)(?=[\s/>]|$)/i;
const COMMENT = /^\s*<!--/;
/** Elements whose text goes on after a blank line, until they are closed. Others end at a blank line, as in CommonMark. */
const WHOLE = new Set([
  "table",
  "ul",
  "ol",
  "dl",
  "pre",
  "script",
  "style",
  "svg",
  "figure",
  "select",
]);
/** An opening tag of an element that readers do not see. The whole element is left out. */
const HIDDEN =
  /^\s*<[a-z][a-z\d]*\b(?:[^>"']|"[^"]*"|'[^']*')*?\s(?:hidden(?=[\s>/]|=["']?(?:hidden|true)?["'\s>])|aria-hidden\s*=\s*["']?true|style\s*=\s*["'][^"']*(?:display\s*:\s*none|visibility\s*:\s*hidden))/i;
/** Maximum length of a tag that is searched for attributes that hide its element, in UTF-16 code units. */
const TAG_LENGTH_MAX = 1_000;
const OTHERS = new Set([
  "table",
  "tr",
  "td",
  "th",
  "thead",
  "tbody",
  "tfoot",
  "li",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
]);
const isBlock = (tag: string) =>
  BLOCKS.has(tag) || LISTS.has(tag) || WHOLE.has(tag) || OTHERS.has(tag);
/** Characters that are read in about 10 ms. A line counts as `LINE_WORK` more. */
const CHARACTERS_A_SLICE = 100_000;
const LINE_WORK = 50;
/** The search for attributes in the tag of a block takes more time, for each of its characters. */
const TAG_WORK = 4;
/** Line ends, or tags, that are passed in about 10 ms. */
const STEPS_A_SLICE = 20_000;
/** Characters that are searched for closing tags, in all elements of a text. */
const AHEAD_MAX = 4_000_000;

/**
 * Reads the HTML in a Markdown text as renderers do, in slices of about 10 ms: tables, lists and other blocks become
 * Markdown; of marks within lines, raised and lowered text is written as in HTML files, others are left out, as are
 * comments. Code stays as it is, and so do tags that HTML does not have.
 */
export function* readHtmlInMarkdown(
  markdown: string,
  lengthMax: number,
  losses: LossCounter,
): Sliced<string> {
  const reader = new MarkdownLines(markdown, losses);
  while (!reader.isAtEnd) {
    const html = yield* reader.readLine();
    if (html !== "") reader.addBlock((yield* readHtmlPart(html, lengthMax, losses)) ?? "");
    if (reader.work < CHARACTERS_A_SLICE) continue;
    reader.work = 0;
    yield;
  }
  return yield* reader.finish();
}

class MarkdownLines {
  /** The work since the last pause, in characters. */
  work = 0;
  readonly #text: string;
  readonly #losses: LossCounter;
  readonly #parts: string[] = [];
  #at = 0;
  /** Start of the open paragraph; -1 without one. */
  #paragraph = -1;
  #isInList = false;
  #wasBlank = true;
  #fence = "";
  #ahead = AHEAD_MAX;
  /** The first blank line from `from` on, which is found again for each block before it. */
  #blank = { from: 0, at: -1 };
  #hasCommentEnds = true;

  constructor(text: string, losses: LossCounter) {
    this.#text = text;
    this.#losses = losses;
  }

  /** True when all lines were read. */
  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Returns the text. */
  *finish(): Sliced<string> {
    yield* this.#endParagraph();
    return this.#parts.join("");
  }

  /** Reads the next line. If an HTML block begins with it, reads that whole, and returns it; else returns "". */
  *readLine(): Sliced<string> {
    const end = this.#lineEnd(this.#at);
    const line = this.#text.slice(this.#at, end);
    this.work += line.length + LINE_WORK;
    const fence = FENCE.exec(line)?.[1];
    if (this.#fence !== "") {
      if (line.trim().startsWith(this.#fence) && /^[`~\s]*$/.test(line)) this.#fence = "";
      yield* this.#keep(end);
    } else if (fence !== undefined) {
      this.#fence = fence;
      yield* this.#keep(end);
    } else if (line.trim() === "") yield* this.#keep(end, true);
    else if (INDENTED.test(line) && this.#wasBlank && !this.#isInList) yield* this.#keep(end, true);
    else return yield* this.#readText(line, end);
    return "";
  }

  /** Adds the text of an HTML block, which stands after a blank line. */
  addBlock(markdown: string): void {
    if (markdown === "") return;
    const missing = 2 - this.#countBreaks();
    const next = this.#text.charAt(this.#at);
    const after = next === "\n" || next === "" ? "\n" : "\n\n";
    this.#parts.push(`${"\n".repeat(missing)}${markdown}${after}`);
  }

  /** Counts the line breaks at the end of the last two parts, up to two. A text without any needs none either. */
  #countBreaks(): number {
    const end = this.#parts
      .slice(-2)
      .map((part) => part.slice(-2))
      .join("")
      .slice(-2);
    return end === "" || end === "\n\n" ? 2 : Number(end.endsWith("\n"));
  }

  *#readText(line: string, end: number): Sliced<string> {
    const isComment = COMMENT.test(line);
    const tag = BLOCK_TAG.exec(line)?.[2]?.toLowerCase() ?? "";
    if (isComment || isBlock(tag)) return yield* this.#readBlock(tag, isComment);
    if (LIST_ITEM.test(line)) this.#isInList = true;
    else if (this.#wasBlank && !/^\s/.test(line)) this.#isInList = false;
    if (this.#paragraph < 0) this.#paragraph = this.#at;
    this.#at = end;
    this.#wasBlank = false;
    return "";
  }

  *#readBlock(tag: string, isComment: boolean): Sliced<string> {
    yield* this.#endParagraph();
    const start = this.#at;
    const end = isComment ? yield* this.#commentEnd(start) : yield* this.#blockEnd(start, tag);
    this.#at = this.#text.charAt(end) === "\n" ? end + 1 : end;
    this.#wasBlank = true;
    return isComment ? "" : this.#text.slice(start, end);
  }

  *#commentEnd(start: number): Sliced<number> {
    const end = this.#hasCommentEnds ? this.#text.indexOf("-->", start) : -1;
    if (end >= 0) return end + 3;
    this.#hasCommentEnds = false;
    return yield* this.#blankLine(start);
  }

  /** Returns the end of the element that begins at `start`, or else of its lines up to a blank one. */
  *#blockEnd(start: number, tag: string): Sliced<number> {
    const blank = yield* this.#blankLine(start);
    if (!WHOLE.has(tag) && !this.#isHidden(start, blank)) return blank;
    const ahead = this.#text.slice(start, start + this.#ahead);
    const tags = new RegExp(`<(/?)${tag}\\b`, "gi");
    let depth = 0;
    let steps = 0;
    for (let match = tags.exec(ahead); match; match = tags.exec(ahead)) {
      if (++steps % STEPS_A_SLICE === 0) yield;
      depth += match[1] === "" ? 1 : -1;
      if (depth > 0) continue;
      this.#ahead -= match.index;
      const close = this.#text.indexOf(">", start + match.index);
      return close < 0 ? this.#text.length : close + 1;
    }
    this.#ahead -= ahead.length;
    return blank;
  }

  #isHidden(start: number, end: number): boolean {
    const tag = this.#text.slice(start, Math.min(end, start + TAG_LENGTH_MAX));
    this.work += tag.length * TAG_WORK;
    return HIDDEN.test(tag);
  }

  /** Returns the position of the line break before the next blank line, or at the end of the text. */
  *#blankLine(start: number): Sliced<number> {
    if (start >= this.#blank.from && start <= this.#blank.at) return this.#blank.at;
    const text = this.#text;
    let steps = 0;
    let at = text.indexOf("\n", start);
    while (at >= 0) {
      if (++steps % STEPS_A_SLICE === 0) yield;
      let next = at + 1;
      while (text.charAt(next) === " " || text.charAt(next) === "\t") next++;
      if (next >= text.length || text.charAt(next) === "\n") break;
      at = text.indexOf("\n", next);
    }
    this.#blank = { from: start, at: at < 0 ? text.length : at };
    return this.#blank.at;
  }

  /** Keeps the line as it is. A blank line, and code, end the paragraph. */
  *#keep(end: number, isBlank = false): Sliced<void> {
    yield* this.#endParagraph();
    this.#parts.push(this.#text.slice(this.#at, end));
    this.#at = end;
    this.#wasBlank = isBlank;
  }

  *#endParagraph(): Sliced<void> {
    if (this.#paragraph < 0) return;
    const paragraph = this.#text.slice(this.#paragraph, this.#at);
    this.#parts.push(yield* readInlineHtml(paragraph, this.#losses));
    this.#paragraph = -1;
  }

  /** The position after the line break of the line at `from`. */
  #lineEnd(from: number): number {
    const newline = this.#text.indexOf("\n", from);
    return newline < 0 ? this.#text.length : newline + 1;
  }
}
