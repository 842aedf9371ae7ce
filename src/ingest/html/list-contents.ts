import type { Sliced } from "../slices.ts";

/** Maximum characters of the contents that are listed. */
const CONTENTS_LENGTH_MAX = 1_000_000;
/** Characters that are searched for tags in about 10 ms. */
const CHARACTERS_A_SLICE = 500_000;
/** Elements that are found in about 10 ms. */
const ELEMENTS_A_SLICE = 5_000;

/**
 * Lists the contents of the elements with a tag, up to a bound, in slices of about 10 ms. Sheets for print or other media
 * are left out.
 */
export function* listContents(html: string, tag: string): Sliced<string[]> {
  const contents: string[] = [];
  const [opening, closing] = [new RegExp(`<${tag}\\b`, "gi"), new RegExp(`</${tag}`, "gi")];
  let length = 0;
  let elements = 0;
  let at = yield* find(opening, html, 0);
  while (at >= 0) {
    if (++elements % ELEMENTS_A_SLICE === 0) yield;
    const start = html.indexOf(">", at) + 1;
    if (start === 0) break;
    const end = yield* find(closing, html, start);
    if (end < 0) break;
    length += end - start;
    if (length > CONTENTS_LENGTH_MAX) break;
    if (isForScreens(html.slice(at, start))) contents.push(html.slice(start, end));
    at = yield* find(opening, html, end);
  }
  return contents;
}

function isForScreens(tag: string): boolean {
  const media = /\bmedia\s*=\s*["']?([^"'>]*)/i.exec(tag)?.[1] ?? "";
  return media === "" || /\b(?:all|screen)\b/i.test(media);
}

/** Characters after a slice, so that a match may begin at its end. */
const OVERLAP = 16;

/** Finds a pattern from a position on; -1 if it is not there. */
function* find(pattern: RegExp, html: string, from: number): Sliced<number> {
  for (let at = from; at < html.length; at += CHARACTERS_A_SLICE) {
    if (at > from) yield;
    pattern.lastIndex = 0;
    const match = pattern.exec(html.slice(at, at + CHARACTERS_A_SLICE + OVERLAP));
    if (match && match.index < CHARACTERS_A_SLICE) return at + match.index;
  }
  return -1;
}
