import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

import type { LossCounter } from "../../knowledge/file-warnings.ts";
import { formatSubscript, formatSuperscript } from "../markdown/scripts.ts";
import type { Sliced } from "../slices.ts";
import { STRUCK_OUT, VOID } from "./element-kinds.ts";
import { TagAttributes } from "./tag-attributes.ts";

/** Elements of lines that have no text of their own, and whose tags are left out. */
const MARKS = new Set(
  (
    "a abbr acronym b bdi bdo big center cite code data dfn em font i ins kbd label mark q rp rt ruby samp small " +
    "span strong time tt u var wbr sup sub br img input del s strike p div"
  ).split(" "),
);
const HAS_HTML = /<[a-z!/]|&[a-z#]/i;
const TAIL_LENGTH = 8;
/** Longer raised or lowered text is written as it is. */
const SCRIPT_LENGTH_MAX = 80;
/** Characters of about 10 ms. */
const CHARACTERS_A_SLICE = 100_000;
/** Runs of backticks that are found in about 10 ms. */
const RUNS_A_SLICE = 20_000;

/**
 * Reads the HTML in a paragraph of Markdown, in slices of about 10 ms: raised and lowered text, line breaks, alternative
 * texts, named characters. Struck and hidden text is left out. Code between backticks stays as it is, and so do tags that
 * are no marks of HTML.
 */
export function* readInlineHtml(paragraph: string, losses: LossCounter): Sliced<string> {
  if (!HAS_HTML.test(paragraph)) return paragraph;
  const parts: string[] = [];
  let from = 0;
  let read = 0;
  for (const { start, end } of yield* findCode(paragraph)) {
    const text = paragraph.slice(from, start);
    parts.push(yield* readMarks(text, losses), paragraph.slice(start, end));
    from = end;
    if (++read % RUNS_A_SLICE === 0) yield;
  }
  parts.push(yield* readMarks(paragraph.slice(from), losses));
  return parts.join("");
}

type Code = { readonly start: number; readonly end: number };

/** Finds the code between backticks: it ends with as many of them as it begins with. */
function* findCode(paragraph: string): Sliced<Code[]> {
  const runs = yield* findRuns(paragraph);
  const code: Code[] = [];
  let from = 0;
  for (const [length, starts] of runs.byLength) runs.byLength.set(length, starts.toReversed());
  for (const [at, { start, length }] of runs.all.entries()) {
    if (at % RUNS_A_SLICE === RUNS_A_SLICE - 1) yield;
    const later = runs.byLength.get(length) ?? [];
    // Each run is taken from the list of its length once, so the search is linear.
    while ((later.at(-1) ?? Infinity) <= start) later.pop();
    const close = later.at(-1);
    if (start < from || close === undefined) continue;
    from = close + length;
    code.push({ start, end: from });
  }
  return code;
}

type Run = { readonly start: number; readonly length: number };

/** Finds the runs of backticks, and where those of each length begin. */
function* findRuns(paragraph: string): Sliced<{ all: Run[]; byLength: Map<number, number[]> }> {
  const all: Run[] = [];
  const byLength = new Map<number, number[]>();
  for (const { 0: run, index: start } of paragraph.matchAll(/`+/g)) {
    const { length } = run;
    all.push({ start, length });
    const starts = byLength.get(length);
    if (starts) starts.push(start);
    else byLength.set(length, [start]);
    if (all.length % RUNS_A_SLICE === 0) yield;
  }
  return { all, byLength };
}

function* readMarks(text: string, losses: LossCounter): Sliced<string> {
  if (!HAS_HTML.test(text)) return text;
  const reader = new InlineHtmlReader(text, losses);
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, reader);
  for (let at = 0; at < text.length; at += CHARACTERS_A_SLICE) {
    if (at > 0) yield;
    tokenizer.write(text.slice(at, at + CHARACTERS_A_SLICE));
  }
  tokenizer.end();
  return reader.finish();
}

class InlineHtmlReader implements TokenizerCallbacks {
  readonly #text: string;
  readonly #losses: LossCounter;
  readonly #attributes = new TagAttributes();
  readonly #out = new LineText();
  /** The end of the part of the source that was read. */
  #read = 0;
  #tag = "";
  #tagStart = 0;
  /** The open raised or lowered text. */
  #script: { readonly tag: string; text: string; isLink: boolean } | null = null;
  /** The element that is left out, and how many of its name are open. */
  #hidden: { readonly tag: string; depth: number } | null = null;

  constructor(text: string, losses: LossCounter) {
    this.#text = text;
    this.#losses = losses;
  }

  finish(): string {
    // Raised text without an end is text.
    this.#out.add(this.#script?.text ?? "");
    // A tag without an end is text.
    if (!this.#hidden) this.#out.add(this.#text.slice(this.#read));
    return this.#out.finish();
  }

  ontext(start: number, end: number): void {
    this.#write(this.#text.slice(start, end));
    this.#read = end;
  }

  ontextentity(codepoint: number, end: number): void {
    this.#write(String.fromCodePoint(codepoint));
    this.#read = end;
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#text.slice(start, end).toLowerCase();
    this.#tagStart = start - 1;
    this.#attributes.clear();
  }

  onattribname(start: number, end: number): void {
    this.#attributes.begin(this.#text.slice(start, end));
  }

  onattribdata(start: number, end: number): void {
    this.#attributes.add(this.#text.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#attributes.add(String.fromCodePoint(codepoint));
  }

  onopentagend(end: number): void {
    this.#open(end + 1);
  }

  onselfclosingtag(end: number): void {
    this.#open(end + 1);
  }

  onclosetag(start: number, end: number): void {
    const tag = this.#text.slice(start, end).toLowerCase();
    const close = this.#text.indexOf(">", end) + 1 || this.#text.length;
    this.#read = close;
    if (this.#hidden) {
      if (tag === this.#hidden.tag && --this.#hidden.depth === 0) this.#hidden = null;
    } else if (this.#script?.tag === tag) this.#closeScript();
    else if (tag === "rt") this.#write(")");
    else if (!MARKS.has(tag)) this.#write(this.#text.slice(start - 2, close));
  }

  oncomment(_start: number, end: number): void {
    this.#read = Math.max(this.#read, end + 1);
  }

  oncdata(): void {}
  onattribend(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  #open(end: number): void {
    this.#read = end;
    const [tag, attributes] = [this.#tag, this.#attributes];
    if (this.#hidden) {
      if (tag === this.#hidden.tag) this.#hidden.depth++;
      return;
    }
    const isStruck = STRUCK_OUT.has(tag) || attributes.isStruck;
    if (!MARKS.has(tag)) this.#write(this.#text.slice(this.#tagStart, end));
    else if (!VOID.has(tag) && (isStruck || attributes.isHidden)) {
      this.#losses.add(isStruck ? "deleted_text_left_out" : "hidden_text_left_out");
      this.#hidden = { tag, depth: 1 };
    } else if (tag === "sup" || tag === "sub") {
      this.#closeScript();
      this.#script = { tag, text: "", isLink: false };
    } else if (tag === "a" && this.#script) {
      this.#script.isLink ||= attributes.read("href").includes("#");
    } else this.#writeVoid(tag);
  }

  #writeVoid(tag: string): void {
    if (tag === "br") this.#write(this.#out.isRow ? " " : "\n");
    else if (tag === "rt") this.#write("(");
    else if (tag === "img") {
      const alt = this.#attributes.read("alt").trim();
      if (alt === "") this.#losses.add("images_without_text");
      this.#write(alt);
    } else if (tag === "input" && /^(?:checkbox|radio)$/i.test(this.#attributes.read("type"))) {
      this.#write(this.#attributes.has("checked") ? "☒" : "☐");
    }
  }

  #write(text: string): void {
    if (this.#hidden) return;
    const script = this.#script;
    if (!script) {
      this.#out.add(text);
      return;
    }
    script.text += text;
    if (script.text.length <= SCRIPT_LENGTH_MAX) return;
    this.#script = null;
    this.#out.add(script.text);
  }

  #closeScript(): void {
    const script = this.#script;
    if (!script) return;
    this.#script = null;
    const { tail } = this.#out;
    this.#out.add(
      script.tag === "sub"
        ? formatSubscript(script.text, tail)
        : formatSuperscript(script.text, tail, script.isLink),
    );
  }
}

/** Characters at the beginning of a line that say whether it is a row of a table. */
const LINE_PREFIX = 9;

/**
 * A text that is built from parts, with what is asked of it meanwhile: its last characters, and whether its last line is
 * a row of a table. Asking a string that grows copies it each time.
 */
class LineText {
  readonly #parts: string[] = [];
  #line = "";
  /** The last characters of the text. */
  tail = "";

  /** Adds a part at the end. */
  add(part: string): void {
    if (part === "") return;
    this.#parts.push(part);
    this.tail = (this.tail + part.slice(-TAIL_LENGTH)).slice(-TAIL_LENGTH);
    const line = part.lastIndexOf("\n") + 1;
    if (line > 0) this.#line = part.slice(line, line + LINE_PREFIX);
    else if (this.#line.length < LINE_PREFIX) {
      this.#line = (this.#line + part.slice(0, LINE_PREFIX)).slice(0, LINE_PREFIX);
    }
  }

  /** True in a row of a table, which is one line. */
  get isRow(): boolean {
    return /^\s*\|/.test(this.#line);
  }

  /** Returns the text. */
  finish(): string {
    return this.#parts.join("");
  }
}
