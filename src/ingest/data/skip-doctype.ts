import type { Sliced } from "../slices.ts";

/** Characters that are passed in about 10 ms. */
const CHARACTERS_A_SLICE = 1_000_000;
/** The document type is searched in this many characters. */
const SEARCHED_LENGTH = 65_536;

/**
 * Returns the position after the document type of an XML document, 0 without one. The entities that it may declare are
 * never expanded, since few of them can make a text of any length.
 */
export function* skipDoctype(xml: string): Sliced<number> {
  const start = xml.slice(0, SEARCHED_LENGTH).search(/<!DOCTYPE[\s[]/i);
  if (start < 0 || /<\w/.test(xml.slice(0, start))) return 0;
  let isInSubset = false;
  for (let at = start + 1, steps = 1; at < xml.length; at++, steps++) {
    if (steps % CHARACTERS_A_SLICE === 0) yield;
    const sign = xml.charAt(at);
    if (sign === "[") isInSubset = true;
    else if (sign === "]") isInSubset = false;
    else if (sign === ">" && !isInSubset) return at + 1;
    else if (sign === '"' || sign === "'" || xml.startsWith("<!--", at)) {
      const close = sign === "<" ? "-->" : sign;
      const end = xml.indexOf(close, at + 1);
      if (end < 0) return 0;
      at = end + close.length - 1;
    }
  }
  return 0;
}
