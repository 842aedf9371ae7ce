import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

import type { Converted } from "../ingest-types.ts";
import type { Sliced } from "../slices.ts";
import { keepUnparsed } from "./keep-unparsed.ts";
import { MemberLines } from "./member-lines.ts";
import { skipDoctype } from "./skip-doctype.ts";
import { XmlElements } from "./xml-elements.ts";

/** Characters of about 10 ms. */
const CHARACTERS_A_SLICE = 50_000;
/** A document whose elements are nested deeper, or have more attributes, is kept as it is. */
const DEPTH_MAX = 10_000;
const ATTRIBUTES_MAX = 1_000;

/**
 * Converts XML to text with a line for each element, "book.title: Emma". It builds no tree. Entities that a document
 * declares are not expanded. A document that is not well-formed is kept as it is, with a warning. Returns null if the
 * text would exceed `lengthMax` characters.
 */
export function* xmlToText(xml: string, lengthMax: number): Sliced<Converted | null> {
  const content = xml.slice(yield* skipDoctype(xml));
  const lines = new MemberLines(lengthMax);
  const reader = new XmlReader(content, lines);
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: true }, reader);
  for (let at = 0; at < content.length && !reader.isDamaged; at += CHARACTERS_A_SLICE) {
    if (at > 0) yield;
    tokenizer.write(content.slice(at, at + CHARACTERS_A_SLICE));
    if (lines.isTooLong) return null;
  }
  tokenizer.end();
  if (!reader.isComplete) return yield* keepUnparsed(xml);
  return lines.isTooLong ? null : { text: lines.finish(), warnings: [] };
}

class XmlReader implements TokenizerCallbacks {
  isDamaged = false;
  readonly #xml: string;
  readonly #elements: XmlElements;
  #tag = "";
  #attributes: [name: string, value: string][] = [];
  #hasRoot = false;

  constructor(xml: string, lines: MemberLines) {
    this.#xml = xml;
    this.#elements = new XmlElements(lines);
  }

  get isComplete(): boolean {
    return this.#hasRoot && !this.isDamaged && this.#elements.depth === 0;
  }

  ontext(start: number, end: number): void {
    this.#text(this.#xml.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#text(String.fromCodePoint(codepoint));
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.#text(this.#xml.slice(start, end - endOffset));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#xml.slice(start, end);
    this.#attributes = [];
  }

  onattribname(start: number, end: number): void {
    this.#attributes.push([this.#xml.slice(start, end), ""]);
    if (this.#attributes.length > ATTRIBUTES_MAX) this.isDamaged = true;
  }

  onattribdata(start: number, end: number): void {
    this.#addToValue(this.#xml.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#addToValue(String.fromCodePoint(codepoint));
  }

  onopentagend(): void {
    if (this.isDamaged) return;
    const attributes = this.#attributes
      .filter(([name, value]) => value.trim() !== "" && !/^(?:xmlns|xsi)(?::|$)/.test(name))
      .map(([name, value]) => [withoutPrefix(name), value] as const);
    this.#hasRoot = true;
    this.#elements.open(withoutPrefix(this.#tag), attributes);
    if (this.#elements.depth > DEPTH_MAX) this.isDamaged = true;
  }

  onselfclosingtag(): void {
    this.onopentagend();
    if (!this.isDamaged) this.#elements.close();
  }

  onclosetag(start: number, end: number): void {
    if (this.isDamaged) return;
    const closed = this.#elements.close();
    if (closed !== withoutPrefix(this.#xml.slice(start, end))) this.isDamaged = true;
  }

  onattribend(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  #text(text: string): void {
    if (!this.isDamaged) this.#elements.text(text);
  }

  #addToValue(text: string): void {
    const last = this.#attributes.at(-1);
    if (last) last[1] += text;
  }
}

/** Returns the part of a name after its prefix, which only stands for a namespace. */
const withoutPrefix = (name: string) => name.slice(name.indexOf(":") + 1);
