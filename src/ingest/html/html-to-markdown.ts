import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

import { type FileWarning, LossCounter } from "../../knowledge/file-warnings.ts";
import { MarkdownWriter } from "../markdown/markdown-writer.ts";
import { finishNow, type Sliced } from "../slices.ts";

/**
 * Converts HTML to text in the style of Markdown: keeps the marks of headings, lists, tables and code; drops scripts,
 * styles and navigation. It reads tokens without building a tree, so deep nesting costs nothing and time is linear.
 * Returns null if the text would exceed `lengthMax` characters.
 */
export function htmlToMarkdown(html: string, lengthMax: number): string | null {
  return finishNow(htmlToMarkdownInSlices(html, lengthMax))?.text ?? null;
}

/** The Markdown that a document was converted to, and what the conversion lost. */
export type Converted = { readonly text: string; readonly warnings: readonly FileWarning[] };

/**
 * Converts HTML to text in the style of Markdown like `htmlToMarkdown`, but in slices of about 10 ms, between which
 * other requests can run. Returns null if the text would exceed `lengthMax` characters.
 */
export function* htmlToMarkdownInSlices(html: string, lengthMax: number): Sliced<Converted | null> {
  const reader = new HtmlReader(html, lengthMax, "left out");
  const text = yield* reader.read();
  // An unclosed menu swallows the page, and some pages consist of menus: read them without dropping.
  if (text !== null && (reader.isDropping || text === "")) {
    const second = new HtmlReader(html, lengthMax, "kept");
    const whole = yield* second.read();
    return whole === null ? null : { text: whole, warnings: second.losses.list() };
  }
  return text === null ? null : { text, warnings: reader.losses.list() };
}

/** Characters of about 10 ms. */
const CHARACTERS_A_SLICE = 100_000;
const CODE = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "iframe",
  "object",
  "head",
]);
const BOILERPLATE = new Set(["nav", "footer", "button", "select", "textarea", "dialog"]);
/** Elements where the text of the page starts or ends: dropping stops here. */
const LANDMARKS = new Set(["main", "article", "body"]);
const BLOCKS = new Set(
  (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure form " +
    "header hr html main menu p section summary"
  ).split(" "),
);
const HEADING = /^h[1-6]$/;

class HtmlReader implements TokenizerCallbacks {
  readonly losses = new LossCounter();
  readonly #html: string;
  readonly #dropsBoilerplate: boolean;
  readonly #writer: MarkdownWriter;
  /** The element whose content is being dropped, and its nesting depth within itself. */
  #dropped = "";
  #droppedDepth = 0;
  #isTitle = false;
  #title = "";
  #hasHeading = false;
  #tag = "";
  #attribute = "";
  #alt = "";

  constructor(html: string, lengthMax: number, boilerplate: "left out" | "kept") {
    this.#html = html;
    this.#dropsBoilerplate = boilerplate === "left out";
    this.#writer = new MarkdownWriter(lengthMax);
  }

  /** True while the content of an element is left out. */
  get isDropping(): boolean {
    return this.#dropped !== "";
  }

  /** Returns the Markdown of the page, in slices; null when it is longer than allowed. */
  *read(): Sliced<string | null> {
    const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, this);
    for (let at = 0; at < this.#html.length; at += CHARACTERS_A_SLICE) {
      if (at > 0) yield;
      tokenizer.write(this.#html.slice(at, at + CHARACTERS_A_SLICE));
    }
    tokenizer.end();
    const text = this.#writer.finish();
    const title = this.#title.replaceAll(/\s+/g, " ").trim().slice(0, TITLE_LENGTH_MAX);
    if (text === null || text === "" || title === "" || this.#hasHeading) return text;
    return `# ${title}\n\n${text}`;
  }

  ontext(start: number, end: number): void {
    this.#text(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#text(String.fromCodePoint(codepoint));
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.#text(this.#html.slice(start, end - endOffset));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#alt = "";
    this.#attribute = "";
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#tag === "img" ? this.#html.slice(start, end).toLowerCase() : "";
  }

  onattribdata(start: number, end: number): void {
    if (this.#attribute === "alt") this.#alt += this.#html.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    if (this.#attribute === "alt") this.#alt += String.fromCodePoint(codepoint);
  }

  onopentagend(): void {
    this.#open(this.#tag);
  }

  onselfclosingtag(): void {
    // HTML ignores the slash, but no closing tag follows for these elements.
    if (!this.#drops(this.#tag)) this.#open(this.#tag);
  }

  onclosetag(start: number, end: number): void {
    this.#close(this.#html.slice(start, end).toLowerCase());
  }

  onattribend(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  #text(text: string): void {
    if (this.#isTitle) this.#title += text.slice(0, TITLE_LENGTH_MAX);
    else if (this.#dropped === "") this.#writer.text(text);
  }

  #open(tag: string): void {
    if (LANDMARKS.has(tag)) this.#dropped = "";
    if (tag === "title" && this.#title === "" && !this.#hasHeading) this.#isTitle = true;
    if (this.#dropped !== "") {
      if (tag === this.#dropped) this.#droppedDepth++;
      return;
    }
    if (this.#drops(tag)) {
      this.#dropped = tag;
      this.#droppedDepth = 1;
      this.#writer.breakBlock();
    } else if (HEADING.test(tag)) {
      this.#hasHeading ||= tag === "h1";
      this.#writer.openHeading(Number(tag.charAt(1)));
    } else if (BLOCKS.has(tag)) {
      this.#writer.breakBlock();
    } else {
      this.#openOther(tag);
    }
  }

  #openOther(tag: string): void {
    const writer = this.#writer;
    if (tag === "br") writer.breakLine();
    else if (tag === "ul" || tag === "ol") writer.openList(tag === "ol" ? "numbers" : "bullets");
    else if (tag === "li") writer.openItem();
    else if (tag === "pre") writer.openCode();
    else if (tag === "table") writer.openTable();
    else if (tag === "tr") writer.openRow();
    else if (tag === "td" || tag === "th") writer.openCell(tag === "th" ? "header" : "data");
    else if (tag === "img" && this.#alt.trim() === "") this.losses.add("images_without_text");
    else if (tag === "img") writer.text(` ${this.#alt} `);
  }

  #close(tag: string): void {
    if (tag === "title") this.#isTitle = false;
    if (this.#dropped !== "") {
      if (tag === this.#dropped && --this.#droppedDepth === 0) this.#dropped = "";
      if (tag === "body") this.#dropped = "";
      return;
    }
    const writer = this.#writer;
    if (HEADING.test(tag)) writer.closeHeading();
    else if (BLOCKS.has(tag)) writer.breakBlock();
    else if (tag === "ul" || tag === "ol") writer.closeList();
    else if (tag === "li") writer.closeItem();
    else if (tag === "pre") writer.closeCode();
    else if (tag === "table") writer.closeTable();
    else if (tag === "tr") writer.closeRow();
  }

  #drops(tag: string): boolean {
    return CODE.has(tag) || (this.#dropsBoilerplate && BOILERPLATE.has(tag));
  }
}

const TITLE_LENGTH_MAX = 300;
