import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

import type { LossCounter } from "../../knowledge/file-warnings.ts";
import { formatSubscript, formatSuperscript } from "../markdown/scripts.ts";
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

/**
 * Reads the HTML in a paragraph of Markdown: raised and lowered text, line breaks, alternative texts, named characters.
 * Struck and hidden text is left out. Code between backticks stays as it is, and so do tags that are no marks of HTML.
 */
export function readInlineHtml(paragraph: string, losses: LossCounter): string {
  if (!HAS_HTML.test(paragraph)) return paragraph;
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of findCode(paragraph)) {
    parts.push(readMarks(paragraph.slice(from, start), losses), paragraph.slice(start, end));
    from = end;
  }
  parts.push(readMarks(paragraph.slice(from), losses));
  return parts.join("");
}

/** Finds the code between backticks: it ends with as many of them as it begins with. */
function findCode(paragraph: string): { start: number; end: number }[] {
  const runs = [...paragraph.matchAll(/`+/g)].map(
    ({ 0: run, index }) => [index, run.length] as const,
  );
  const code: { start: number; end: number }[] = [];
  const later = new Map<number, number[]>();
  for (const [index, length] of runs) later.set(length, [...(later.get(length) ?? []), index]);
  let from = 0;
  for (const [index, length] of runs) {
    if (index < from) continue;
    const close = later.get(length)?.find((at) => at > index);
    if (close === undefined) continue;
    from = close + length;
    code.push({ start: index, end: from });
  }
  return code;
}

function readMarks(text: string, losses: LossCounter): string {
  if (!HAS_HTML.test(text)) return text;
  const reader = new InlineHtmlReader(text, losses);
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, reader);
  tokenizer.write(text);
  tokenizer.end();
  return reader.finish();
}

class InlineHtmlReader implements TokenizerCallbacks {
  readonly #text: string;
  readonly #losses: LossCounter;
  readonly #attributes = new TagAttributes();
  #out = "";
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
    this.#out += this.#script?.text ?? "";
    // A tag without an end is text.
    if (!this.#hidden) this.#out += this.#text.slice(this.#read);
    return this.#out;
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
    if (tag === "br") this.#write(this.#isRow() ? " " : "\n");
    else if (tag === "rt") this.#write("(");
    else if (tag === "img") {
      const alt = this.#attributes.read("alt").trim();
      if (alt === "") this.#losses.add("images_without_text");
      this.#write(alt);
    } else if (tag === "input" && /^(?:checkbox|radio)$/i.test(this.#attributes.read("type"))) {
      this.#write(this.#attributes.has("checked") ? "☒" : "☐");
    }
  }

  /** Returns true in a row of a table, which is one line. */
  #isRow(): boolean {
    const newline = this.#out.lastIndexOf("\n");
    return /^\s*\|/.test(this.#out.slice(newline + 1, newline + 10));
  }

  #write(text: string): void {
    if (this.#hidden) return;
    if (this.#script) this.#script.text += text;
    else this.#out += text;
  }

  #closeScript(): void {
    const script = this.#script;
    if (!script) return;
    this.#script = null;
    const tail = this.#out.slice(-TAIL_LENGTH);
    this.#out +=
      script.tag === "sub"
        ? formatSubscript(script.text, tail)
        : formatSuperscript(script.text, tail, script.isLink);
  }
}
