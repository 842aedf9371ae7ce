import { Buffer } from "node:buffer";

import { DOCX_MARKS_MAX, DOCX_PART_MARKS, DOCX_PART_MARKS_MAX } from "../extract-limits.ts";
import type { Sliced } from "../slices.ts";

/**
 * The main XML of a DOCX file, split into parts that are each a whole XML document, and the number of XML marks
 * (elements, comments and some attributes) of the whole and of the largest part.
 */
export type DocxParts = {
  readonly parts: readonly Uint8Array[];
  readonly marks: number;
  readonly marksMost: number;
};

/** An attribute is this share of the work of an element. */
const ATTRIBUTE_MARKS = 0.3;
/** Tags that are scanned in about 10 ms. */
const TAGS_A_SLICE = 50_000;

/**
 * Counts the XML marks (elements, comments and attributes) in `xml`, weighted by the work that the DOCX library has
 * with each. Stops counting after `DOCX_MARKS_MAX`.
 */
export function* countMarks(xml: Uint8Array): Sliced<number> {
  const scanner = new TagScanner(xml);
  for (let tags = 1; scanner.next(); tags++) if (tags % TAGS_A_SLICE === 0) yield;
  return scanner.marks;
}

/**
 * Splits the main XML of a DOCX file between blocks of its body, so that no part has many more marks than
 * `DOCX_PART_MARKS`: the DOCX library cannot yield to other requests within a part. Lists are not split, because the
 * numbering of a list would start again in the next part. Stops after `DOCX_MARKS_MAX` marks; the parts are then
 * incomplete.
 */
export function* splitDocx(xml: Uint8Array): Sliced<DocxParts> {
  const scanner = new TagScanner(xml);
  const cuts: number[] = [];
  let [bodyAt, partMarks, marksMost] = [-1, 0, 0];
  for (let tags = 1; scanner.next(); tags++) {
    if (tags % TAGS_A_SLICE === 0) yield;
    if (!scanner.opens) continue;
    if (bodyAt < 0 && scanner.depth === BODY_DEPTH) bodyAt = scanner.end;
    if (scanner.depth !== BODY_DEPTH + 1) continue;
    const marks = scanner.marks - partMarks;
    if (marks < DOCX_PART_MARKS || isListItem(xml, scanner.end)) continue;
    cuts.push(scanner.start);
    marksMost = Math.max(marksMost, marks);
    partMarks = scanner.marks;
  }
  marksMost = Math.max(marksMost, scanner.marks - partMarks);
  const { marks } = scanner;
  if (marks > DOCX_MARKS_MAX || cuts.length === 0) return { parts: [xml], marks, marksMost };
  return { parts: cutParts(xml, bodyAt, cuts), marks, marksMost };
}

/** Below the root. */
const BODY_DEPTH = 2;
/** Bytes of a paragraph in which its list is named. */
const PROPERTIES_LENGTH = 500;

function isListItem(xml: Uint8Array, from: number): boolean {
  return Buffer.from(xml.subarray(from, from + PROPERTIES_LENGTH)).includes("numPr");
}

/** Gives each part the start of the whole, and its end: the closing tags of the body and of the root. */
function cutParts(xml: Uint8Array, bodyAt: number, cuts: readonly number[]): Uint8Array[] {
  const whole = Buffer.from(xml.buffer, xml.byteOffset, xml.length);
  const tailAt = whole.lastIndexOf("</", whole.lastIndexOf("</") - 1);
  const head = whole.subarray(0, bodyAt);
  const tail = whole.subarray(tailAt);
  return [bodyAt, ...cuts].map((start, index) => {
    const end = cuts[index];
    const part = whole.subarray(start, end);
    return Buffer.concat(end === undefined ? [head, part] : [head, part, tail]);
  });
}

/** Walks the tags of XML. */
class TagScanner {
  readonly #xml: Uint8Array;
  start = 0;
  /** After the tag. */
  end = 0;
  /** Of the element that the tag opens; its root has 1. */
  depth = 0;
  opens = false;
  marks = 0;
  #open = 0;

  constructor(xml: Uint8Array) {
    this.#xml = xml;
  }

  /** Moves to the next tag. Returns false at the end, or when there are more marks than allowed. */
  next(): boolean {
    const xml = this.#xml;
    if (this.marks > DOCX_MARKS_MAX) return false;
    const start = xml.indexOf(LESS, this.end);
    if (start < 0) return false;
    this.start = start;
    const next = xml[start + 1];
    this.opens = next !== SLASH && next !== EXCLAMATION && next !== QUESTION;
    if (next === EXCLAMATION || next === QUESTION) {
      this.marks++;
      this.end = this.#skipOther();
      return true;
    }
    if (next === SLASH) this.#open--;
    else this.marks++;
    this.end = this.#skipTag();
    if (this.opens) {
      this.depth = this.#open + 1;
      if (xml[this.end - 2] !== SLASH) this.#open++;
    }
    return true;
  }

  /** Values of attributes may contain ">". A tag with more marks than a part may have is not read to its end. */
  #skipTag(): number {
    const xml = this.#xml;
    const marksMax = this.marks + DOCX_PART_MARKS_MAX;
    for (let at = this.start; at < xml.length; at++) {
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
    const opening = whole.toString("latin1", this.start, this.start + 9);
    const close = opening.startsWith("<!--") ? "-->" : opening === "<![CDATA[" ? "]]>" : ">";
    const end = whole.indexOf(close, this.start + 2);
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
