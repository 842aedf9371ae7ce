import type { Sliced } from "../slices.ts";

/** Characters of about 10 ms. */
const CHARACTERS_A_SLICE = 1_000_000;
/** A character that readers do not see, or a hyphen that no keyboard has. */
// oxlint-disable-next-line no-control-regex -- NUL is one of them
const UNCLEAN = /[\u0000\u00ad\u2010\u2011\u2060\u200b]/;
/** Soft hyphens, word joiners, NULs, and spaces without width within words of scripts that have spaces. */
// oxlint-disable-next-line no-control-regex -- NUL is one of them
const UNSEEN = /[\u0000\u00ad\u2060]|(?<=[\u0021-\u0dff])\u200b/g;
const HYPHENS = /[\u2010\u2011]/g;

/**
 * Removes the characters that readers do not see and searches would trip over: soft hyphens, which mark where a word
 * may be cut ("infor-mation"), word joiners and NULs. Writes both Unicode hyphens as the hyphen that people type.
 */
export function* cleanText(text: string): Sliced<string> {
  if (!UNCLEAN.test(text)) return text;
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += CHARACTERS_A_SLICE) {
    if (at > 0) yield;
    const part = text.slice(at, at + CHARACTERS_A_SLICE);
    parts.push(part.replaceAll(UNSEEN, "").replaceAll(HYPHENS, "-"));
  }
  return parts.join("");
}
