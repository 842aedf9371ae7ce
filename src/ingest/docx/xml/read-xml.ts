import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

import type { Sliced } from "../../slices.ts";
import { XmlNames } from "./xml-names.ts";

/** The attributes of an element, by name with Word's prefix. */
export type XmlAttributes = ReadonlyMap<string, string>;

/** The receiver of the elements and texts of an XML document. Names have Word's prefixes. */
export type XmlHandler = {
  /** Begins an element. */
  open(name: string, attributes: XmlAttributes): void;
  /** Ends the element that was opened last. */
  close(name: string): void;
  /** Adds text to the open element. An element's text may come in several pieces. */
  text(text: string): void;
};

/** Characters of about 10 ms. */
const CHARACTERS_A_SLICE = 50_000;

/**
 * Reads the elements of an XML document and passes them to `handler`, in slices of about 10 ms. It builds no tree, so
 * deep nesting costs nothing. Returns false if the document is damaged: if elements are not closed, or closed in
 * another order.
 */
export function* readXml(xml: string, handler: XmlHandler): Sliced<boolean> {
  const reader = new XmlReader(xml, handler);
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: true }, reader);
  for (let at = 0; at < xml.length; at += CHARACTERS_A_SLICE) {
    if (at > 0) yield;
    tokenizer.write(xml.slice(at, at + CHARACTERS_A_SLICE));
    if (reader.isDamaged) return false;
  }
  tokenizer.end();
  return reader.isComplete;
}

class XmlReader implements TokenizerCallbacks {
  isDamaged = false;
  readonly #xml: string;
  readonly #handler: XmlHandler;
  readonly #names = new XmlNames();
  readonly #open: string[] = [];
  #tag = "";
  #raw: [name: string, value: string][] = [];
  #hasRoot = false;

  constructor(xml: string, handler: XmlHandler) {
    this.#xml = xml;
    this.#handler = handler;
  }

  get isComplete(): boolean {
    return this.#hasRoot && !this.isDamaged && this.#open.length === 0;
  }

  ontext(start: number, end: number): void {
    if (this.#open.length > 0) this.#handler.text(this.#xml.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#handler.text(String.fromCodePoint(codepoint));
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.#handler.text(this.#xml.slice(start, end - endOffset));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#xml.slice(start, end);
    this.#raw = [];
  }

  onattribname(start: number, end: number): void {
    this.#raw.push([this.#xml.slice(start, end), ""]);
  }

  onattribdata(start: number, end: number): void {
    this.#addToValue(this.#xml.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#addToValue(String.fromCodePoint(codepoint));
  }

  onopentagend(): void {
    this.#openTag();
  }

  onselfclosingtag(): void {
    this.#openTag();
    this.#closeTag();
  }

  onclosetag(start: number, end: number): void {
    if (this.#open.at(-1) !== this.#names.resolve(this.#xml.slice(start, end))) {
      this.isDamaged = true;
      return;
    }
    this.#closeTag();
  }

  onattribend(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  #addToValue(text: string): void {
    const last = this.#raw.at(-1);
    if (last) last[1] += text;
  }

  #openTag(): void {
    for (const [name, value] of this.#raw) {
      if (name === "xmlns") this.#names.declare("", value);
      else if (name.startsWith("xmlns:")) this.#names.declare(name.slice(6), value);
    }
    const attributes = new Map(
      this.#raw.map(([name, value]) => [this.#names.resolve(name), value]),
    );
    const name = this.#names.resolve(this.#tag);
    this.#hasRoot = true;
    this.#open.push(name);
    this.#handler.open(name, attributes);
  }

  #closeTag(): void {
    const name = this.#open.pop();
    if (name !== undefined) this.#handler.close(name);
  }
}

/** Returns true unless the value of a property of Word ("on" or "off") is off. Without a value it is on. */
export function isOn(attributes: XmlAttributes): boolean {
  const value = attributes.get("w:val") ?? attributes.get("m:val") ?? "1";
  return !["0", "false", "off", "none"].includes(value);
}
