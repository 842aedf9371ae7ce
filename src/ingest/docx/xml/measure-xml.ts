import { Buffer } from "node:buffer";

import { DOCX_MARKS_MAX, DOCX_TAG_MARKS_MAX } from "../../extract-limits.ts";
import type { Sliced } from "../../slices.ts";

/** The number of XML marks (elements, comments and some attributes) of a document, and the most that one tag has. */
export type XmlMeasure = { readonly marks: number; readonly marksMost: number };

/** An attribute is this share of the work of an element. */
const ATTRIBUTE_MARKS = 0.3;
/** Tags that are scanned in about 10 ms. */
const TAGS_A_SLICE = 50_000;

/**
 * Counts the XML marks (elements, comments and attributes) in `xml`, weighted by the work to read each. Stops counting
 * after `DOCX_MARKS_MAX`, and in a tag after `DOCX_TAG_MARKS_MAX`.
 */
export function* measureXml(xml: Uint8Array): Sliced<XmlMeasure> {
  const scanner = new TagScanner(xml);
  let marksMost = 0;
  for (let tags = 1, before = 0; scanner.next(); tags++) {
    marksMost = Math.max(marksMost, scanner.marks - before);
    before = scanner.marks;
    if (tags % TAGS_A_SLICE === 0) yield;
  }
  return { marks: scanner.marks, marksMost };
}

/** Walks the tags of XML. */
class TagScanner {
  readonly #xml: Uint8Array;
  marks = 0;
  #start = 0;
  /** After the tag. */
  #end = 0;

  constructor(xml: Uint8Array) {
    this.#xml = xml;
  }

  /** Moves to the next tag. Returns false at the end, or when there are more marks than allowed. */
  next(): boolean {
    const xml = this.#xml;
    if (this.marks > DOCX_MARKS_MAX) return false;
    const start = xml.indexOf(LESS, this.#end);
    if (start < 0) return false;
    this.#start = start;
    const next = xml[start + 1];
    if (next !== SLASH) this.marks++;
    const isOther = next === EXCLAMATION || next === QUESTION;
    this.#end = isOther ? this.#skipOther() : this.#skipTag();
    return true;
  }

  /** Values of attributes may contain ">". A tag with more marks than a tag may have is not read to its end. */
  #skipTag(): number {
    const xml = this.#xml;
    const marksMax = this.marks + DOCX_TAG_MARKS_MAX;
    for (let at = this.#start; at < xml.length; at++) {
      const byte = xml[at];
      if (byte === GREATER) return at + 1;
      if (byte !== QUOTE && byte !== APOSTROPHE) continue;
      this.marks += ATTRIBUTE_MARKS;
      if (this.marks > marksMax) return at;
      const end = xml.indexOf(byte, at + 1);
      if (end < 0) return xml.length;
      at = end;
    }
    return xml.length;
  }

  #skipOther(): number {
    const whole = Buffer.from(this.#xml.buffer, this.#xml.byteOffset, this.#xml.length);
    const opening = whole.toString("latin1", this.#start, this.#start + 9);
    const close = opening.startsWith("<!--") ? "-->" : opening === "<![CDATA[" ? "]]>" : ">";
    const end = whole.indexOf(close, this.#start + 2);
    return end < 0 ? whole.length : end + close.length;
  }
}

const EXCLAMATION = 33;
const QUOTE = 34;
const APOSTROPHE = 39;
const SLASH = 47;
const LESS = 60;
const GREATER = 62;
const QUESTION = 63;
