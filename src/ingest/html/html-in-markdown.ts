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
/** Lines that are read in about 10 ms. */
const LINES_A_SLICE = 2_000;
/** Characters that are searched for closing tags, in all elements of a text. */
const AHEAD_MAX = 4_000_000;

/**
 * Reads the HTML in a Markdown text as renderers do: tables, lists and other blocks become Markdown; of marks within
 * lines, raised and lowered text is written as in HTML files, others are left out, as are comments. Code stays as it is,
 * and so do tags that HTML does not have.
 */
export function* readHtmlInMarkdown(
  markdown: string,
  lengthMax: number,
  losses: LossCounter,
): Sliced<string> {
  const reader = new MarkdownLines(markdown, losses);
  for (let lines = 1; !reader.isAtEnd; lines++) {
    const html = reader.readLine();
    if (html !== "") reader.addBlock((yield* readHtmlPart(html, lengthMax, losses)) ?? "");
    if (lines % LINES_A_SLICE === 0) yield;
  }
  return reader.finish();
}

class MarkdownLines {
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

  constructor(text: string, losses: LossCounter) {
    this.#text = text;
    this.#losses = losses;
  }

  /** True when all lines were read. */
  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Returns the text. */
  finish(): string {
    this.#endParagraph();
    return this.#parts.join("");
  }

  /** Reads the next line. If an HTML block begins with it, reads that whole, and returns it; else returns "". */
  readLine(): string {
    const end = this.#lineEnd(this.#at);
    const line = this.#text.slice(this.#at, end);
    const fence = FENCE.exec(line)?.[1];
    if (this.#fence !== "") {
      if (line.trim().startsWith(this.#fence) && /^[`~\s]*$/.test(line)) this.#fence = "";
      this.#keep(end);
    } else if (fence !== undefined) {
      this.#fence = fence;
      this.#keep(end);
    } else if (line.trim() === "") this.#keep(end, true);
    else if (INDENTED.test(line) && this.#wasBlank && !this.#isInList) this.#keep(end, true);
    else return this.#readText(line, end);
    return "";
  }

  /** Adds the text of an HTML block, which stands after a blank line. */
  addBlock(markdown: string): void {
    if (markdown === "") return;
    const before = this.#parts.slice(-2).join("");
    const missing = before === "" ? 0 : Math.max(0, 2 - (/\n*$/.exec(before)?.[0].length ?? 0));
    const next = this.#text.charAt(this.#at);
    const after = next === "\n" || next === "" ? "\n" : "\n\n";
    this.#parts.push(`${"\n".repeat(missing)}${markdown}${after}`);
  }

  #readText(line: string, end: number): string {
    const isComment = COMMENT.test(line);
    const tag = BLOCK_TAG.exec(line)?.[2]?.toLowerCase() ?? "";
    if (isComment || isBlock(tag)) return this.#readBlock(tag, isComment);
    if (LIST_ITEM.test(line)) this.#isInList = true;
    else if (this.#wasBlank && !/^\s/.test(line)) this.#isInList = false;
    if (this.#paragraph < 0) this.#paragraph = this.#at;
    this.#at = end;
    this.#wasBlank = false;
    return "";
  }

  #readBlock(tag: string, isComment: boolean): string {
    this.#endParagraph();
    const start = this.#at;
    const end = isComment ? this.#commentEnd(start) : this.#blockEnd(start, tag);
    this.#at = this.#text.charAt(end) === "\n" ? end + 1 : end;
    this.#wasBlank = true;
    return isComment ? "" : this.#text.slice(start, end);
  }

  #commentEnd(start: number): number {
    const end = this.#text.indexOf("-->", start);
    return end < 0 ? this.#blankLine(start) : end + 3;
  }

  /** Returns the end of the element that begins at `start`, or else of its lines up to a blank one. */
  #blockEnd(start: number, tag: string): number {
    const blank = this.#blankLine(start);
    if (!WHOLE.has(tag) && !this.#isHidden(start, blank)) return blank;
    const tags = new RegExp(`<(/?)${tag}\\b`, "gi");
    tags.lastIndex = start;
    let depth = 0;
    for (let match = tags.exec(this.#text); match; match = tags.exec(this.#text)) {
      if (match.index - start > this.#ahead) break;
      depth += match[1] === "" ? 1 : -1;
      if (depth > 0) continue;
      this.#ahead -= match.index - start;
      const close = this.#text.indexOf(">", match.index);
      return close < 0 ? this.#text.length : close + 1;
    }
    this.#ahead = Math.max(0, this.#ahead - (this.#text.length - start));
    return blank;
  }

  #isHidden(start: number, end: number): boolean {
    return HIDDEN.test(this.#text.slice(start, Math.min(end, start + TAG_LENGTH_MAX)));
  }

  #blankLine(start: number): number {
    const blank = /\n[ \t]*(?=\n|$)/g;
    blank.lastIndex = start;
    return blank.exec(this.#text)?.index ?? this.#text.length;
  }

  /** Keeps the line as it is. A blank line, and code, end the paragraph. */
  #keep(end: number, isBlank = false): void {
    this.#endParagraph();
    this.#parts.push(this.#text.slice(this.#at, end));
    this.#at = end;
    this.#wasBlank = isBlank;
  }

  #endParagraph(): void {
    if (this.#paragraph < 0) return;
    const paragraph = this.#text.slice(this.#paragraph, this.#at);
    this.#parts.push(readInlineHtml(paragraph, this.#losses));
    this.#paragraph = -1;
  }

  /** The position after the line break of the line at `from`. */
  #lineEnd(from: number): number {
    const newline = this.#text.indexOf("\n", from);
    return newline < 0 ? this.#text.length : newline + 1;
  }
}
