import type { Line } from "./build-lines.ts";
import { findGutter } from "./find-gutter.ts";
import { divideLines, isProse } from "./is-prose.ts";
import { makeTable, writeTable } from "./make-table.ts";

/** A line of a page in the order of reading. */
export type TextLine = {
  readonly text: string;
  /** "row" for a line of a table, "note" for a comment on the page. */
  readonly kind: "text" | "row" | "note";
  readonly baseline: number;
  readonly size: number;
  readonly start: number;
  readonly end: number;
};

/**
 * Puts the lines of a page in the order of reading: one column after the other, however the page draws them. Lines with
 * aligned gaps become tables.
 */
export function orderLines(lines: readonly Line[], level = 0): TextLine[] {
  const ordered: TextLine[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    if (!line) break;
    const gutter = line.segments.length > 1 ? findGutter(lines, at) : null;
    if (!gutter) {
      ordered.push(toText(line));
      at++;
      continue;
    }
    const region = lines.slice(at, gutter.until);
    const sides = divideLines(region, gutter.middle);
    if (level < LEVELS_MAX && isProse(sides)) {
      ordered.push(...orderLines(sides.left, level + 1), ...orderLines(sides.right, level + 1));
    } else {
      ordered.push(...toTable(region));
    }
    at = gutter.until;
  }
  return ordered;
}

/** Columns are divided this often: newspapers have eight of them. */
const LEVELS_MAX = 8;

const toText = (line: Line): TextLine => ({
  text: line.segments.map(({ text }) => text).join(" "),
  kind: "text",
  ...measure(line),
});

function measure({ segments, baseline, size }: Line) {
  let [start, end] = [Infinity, -Infinity];
  for (const segment of segments) {
    start = Math.min(start, segment.start);
    end = Math.max(end, segment.end);
  }
  return { baseline, size, start, end };
}

function toTable(region: readonly Line[]): TextLine[] {
  const rows = makeTable(region);
  const [first] = region;
  const last = region.at(-1);
  if (!rows || !first || !last) return region.map((line) => toText(line));
  const { start, end } = measure({
    ...first,
    segments: region.flatMap(({ segments }) => segments),
  });
  const written = writeTable(rows);
  const step = (first.baseline - last.baseline) / Math.max(1, written.length - 1);
  return written.map((text, index) => ({
    text,
    kind: "row",
    baseline: first.baseline - index * step,
    size: first.size,
    start,
    end,
  }));
}
