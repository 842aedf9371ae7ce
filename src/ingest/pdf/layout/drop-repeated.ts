import type { Sliced } from "../../slices.ts";
import type { Line } from "./build-lines.ts";

/** Lines of a page that are written in the same direction, with the edges of the page across them. */
export type LineGroup = {
  readonly angle: number;
  readonly lines: readonly Line[];
  /** The largest baseline that the page has room for, and the smallest one. */
  readonly top: number;
  readonly bottom: number;
};

/** Lines at the top and the bottom of a page that may be a header or a footer. */
const EDGE_LINES = 3;
/** Share of the page's height at its top and bottom in which headers and footers are. */
const EDGE_SHARE = 0.12;
/** A header is on this many pages; a line that is only a page number may be on two. */
const PAGES_MIN = 3;
const PAGES_MIN_NUMBER = 2;
/** Even and odd pages may have different headers. */
const PAGE_STEP_MAX = 2;
/** A header stays at the same place, within this many points. */
const PLACE_TOLERANCE = 4;

type Use = { readonly page: number; readonly line: Line };

/**
 * Drops what repeats at the edges of pages, and in other directions than their text: a header or footer stays where it
 * comes first, and page numbers are dropped. Only a number that counts the pages counts as a page number, so other
 * numbers in such lines stay.
 */
export function* dropRepeated(
  pages: readonly (readonly LineGroup[])[],
): Sliced<readonly (readonly LineGroup[])[]> {
  const kept = new Map<Line, Line | null>();
  let steps = 0;
  for (const [key, used] of yield* findUses(pages)) {
    const isNumber = NUMBER_ONLY.test(key);
    for (const series of splitSeries(used)) {
      if (++steps % STEPS_A_SLICE === 0) yield;
      if (series.length < (isNumber ? PAGES_MIN_NUMBER : PAGES_MIN)) continue;
      const [first, ...others] = series;
      if (!first) continue;
      kept.set(first.line, isNumber ? null : withoutNumber(first, key));
      for (const { line } of others) kept.set(line, null);
    }
  }
  if (kept.size === 0) return pages;
  return pages.map((groups) =>
    groups.map((group) => ({
      ...group,
      lines: group.lines.flatMap((line) => {
        const left = kept.get(line);
        return left === null ? [] : [left ?? line];
      }),
    })),
  );
}

/** Lines, or series of them, that are looked at in about 10 ms. */
const STEPS_A_SLICE = 1_000;
/** Lines of one page with the same text that are looked at, such as those of a watermark. */
const USES_OF_PAGE_MAX = 200;

/** Finds the lines that may be headers, footers or page numbers, by what they have in common. */
function* findUses(pages: readonly (readonly LineGroup[])[]): Sliced<Map<string, Use[]>> {
  const uses = new Map<string, Use[]>();
  let steps = 0;
  for (const [page, groups] of pages.entries()) {
    for (const [index, group] of groups.entries()) {
      for (const line of index === 0 ? findEdges(group) : group.lines) {
        if (++steps % STEPS_A_SLICE === 0) yield;
        for (const key of listKeys(toText(line), page)) {
          const used = uses.get(`${group.angle} ${key}`) ?? [];
          uses.set(`${group.angle} ${key}`, used);
          if (used.at(-USES_OF_PAGE_MAX)?.page !== page) used.push({ page, line });
        }
      }
    }
  }
  return uses;
}

/** Removes the number of the page from a line, where it stands in a segment of its own. */
function withoutNumber({ page, line }: Use, key: string): Line {
  const offset = / (-?\d+) /u.exec(key)?.[1];
  if (!key.includes(MARK) || offset === undefined) return line;
  const number = String(page + Number(offset));
  const segments = line.segments.filter(({ text }) => text !== number);
  return segments.length === 0 ? line : { ...line, segments };
}

const toText = ({ segments }: Line) => segments.map(({ text }) => text).join(" | ");

function findEdges({ lines, top, bottom }: LineGroup): Line[] {
  const zone = (top - bottom) * EDGE_SHARE;
  return lines.filter(
    ({ baseline }, index) =>
      (index < EDGE_LINES && baseline > top - zone) ||
      (index >= lines.length - EDGE_LINES && baseline < bottom + zone),
  );
}

/** The number of the page is replaced in a key by this mark. */
const MARK = "\u0001";
const WORDS = String.raw`(?:page|seite|p\.|s\.|pg\.?|página|pagina|strona|sida|side|sivu|第)\s*`;
const COUNT = String.raw`(?:\s*(?:of|von|de|di|van|/|z|av|af)\s*\d+)?`;
const NUMBER = String.raw`(?:${WORDS})?${MARK}${COUNT}\s*(?:页|頁|ページ)?`;
/** A key whose line has nothing else but the number of the page, and perhaps their count. */
const NUMBER_ONLY = new RegExp(String.raw`^-?\d+ -?\d+ [-–—|\s]*${NUMBER}[-–—|\s]*$`, "iu");
/**
 * A number beside other text counts as the number of the page only if it stands apart, or after the word for a page:
 * "Lesson 3" on the third page is a title.
 */
const NUMBER_APART = new RegExp(
  String.raw`^\s*${NUMBER}\s*[|–—•·]|[|–—•·]\s*${NUMBER}\s*(?:$|[|–—•·])|${WORDS}${MARK}`,
  "iu",
);
/** No number in a longer line is that of the page. */
const KEY_LENGTH_MAX = 500;
const ROMAN = /^[ivxlc]{1,7}$/iu;

/** The text of a line, and its text with each number replaced that may be the number of the page. */
function listKeys(text: string, page: number): string[] {
  // A number alone that is the same on several pages is a value.
  const keys = /\p{L}/u.test(text) ? [text] : [];
  if (text.length > KEY_LENGTH_MAX) return keys;
  for (const match of text.matchAll(/\d{1,5}/gu)) {
    const offset = Number(match[0]) - page;
    const rest = text.slice(0, match.index) + MARK + text.slice(match.index + match[0].length);
    if (NUMBER_ONLY.test(`0 0 ${rest}`) || NUMBER_APART.test(rest))
      keys.push(`${offset} ${rest.trim()}`);
  }
  if (ROMAN.test(text)) keys.push(`${readRoman(text) - page} ${MARK}`);
  return keys;
}

function readRoman(text: string): number {
  const values: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100 };
  const digits = Array.from(text.toLowerCase(), (letter) => values[letter] ?? 0);
  return digits.reduce(
    (sum, digit, at) => sum + (digit < (digits[at + 1] ?? 0) ? -digit : digit),
    0,
  );
}

/** Splits uses of a line into those on neighbouring pages at the same place. */
function splitSeries(uses: readonly Use[]): Use[][] {
  const series: Use[][] = [];
  /** Those that another page may continue. */
  let recent: Use[][] = [];
  for (const use of uses) {
    recent = recent.filter((one) => use.page - (one.at(-1)?.page ?? 0) <= PAGE_STEP_MAX);
    const open = recent.find((one) => {
      const last = one.at(-1);
      return (
        last !== undefined &&
        use.page > last.page &&
        Math.abs(use.line.baseline - last.line.baseline) <= PLACE_TOLERANCE
      );
    });
    if (open) open.push(use);
    else {
      const begun = [use];
      series.push(begun);
      recent.push(begun);
    }
  }
  return series;
}
