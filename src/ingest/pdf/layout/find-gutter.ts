import type { Line, Segment } from "./build-lines.ts";

/** The free space between two columns, and the lines beside it. */
export type Gutter = {
  /** Position along the line, inside the free space. */
  readonly middle: number;
  /** Index after the last line that leaves the space free. */
  readonly until: number;
};

/** The candidates for a gutter in one line. */
const CANDIDATES_MAX = 8;
/** The narrowest gutter, in sizes of a letter. */
const WIDTH_MIN = 0.8;
/** A narrower gutter could be chance, and needs more lines. */
const WIDTH_SURE = 1.5;
const LINES_MIN = 2;
const LINES_MIN_NARROW = 4;
/** A vertical gap that ends columns, in sizes of a letter; one side alone ends at a gap between paragraphs. */
const GAP_MAX = 6;
const GAP_MAX_ONE_SIDE = 1.7;

/**
 * Finds the gutter between two columns from line `from` on: of the gaps in that line, the one for which the most lines
 * have text on both sides. Returns null if no gap has text on both sides in enough lines.
 */
export function findGutter(lines: readonly Line[], from: number): Gutter | null {
  const first = lines[from];
  if (!first) return null;
  const candidates = first.segments
    .slice(1)
    .map((segment, index) => ({ left: first.segments[index]?.end ?? 0, right: segment.start }))
    .toSorted((one, other) => other.right - other.left - (one.right - one.left))
    .slice(0, CANDIDATES_MAX);
  let best: (Gutter & { readonly both: number }) | null = null;
  for (const candidate of candidates) {
    const found = follow(lines, from, candidate);
    if (found && (!best || found.both > best.both)) best = found;
  }
  return best;
}

type Space = { readonly left: number; readonly right: number };

function follow(lines: readonly Line[], from: number, candidate: Space) {
  let space = candidate;
  let both = 0;
  let until = from;
  let isOneSided = false;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at];
    if (!line) break;
    const gap = at === from ? 0 : (lines[at - 1]?.baseline ?? 0) - line.baseline;
    if (gap > line.size * GAP_MAX) break;
    const next = narrow(space, line.segments);
    if (next.right - next.left < line.size * WIDTH_MIN) break;
    const hasBoth = line.segments.some(({ end }) => end <= next.left) && hasRight(line, next);
    // Below the first lines of two columns, a line across the middle is a heading across both: the columns end.
    if (!hasBoth && both >= LINES_MIN && crossesMiddle(space, line.segments)) break;
    isOneSided = !hasBoth && (isOneSided || gap > line.size * GAP_MAX_ONE_SIDE);
    space = next;
    if (hasBoth) both++;
    if (!isOneSided) until = at + 1;
  }
  const size = lines[from]?.size ?? 0;
  const isSure = space.right - space.left >= size * WIDTH_SURE;
  if (both < (isSure ? LINES_MIN : LINES_MIN_NARROW)) return null;
  return { middle: (space.left + space.right) / 2, until, both };
}

const hasRight = (line: Line, { right }: Space) =>
  line.segments.some(({ start }) => start >= right);

function crossesMiddle({ left, right }: Space, segments: readonly Segment[]): boolean {
  const middle = (left + right) / 2;
  return segments.some(({ start, end }) => start < middle && end > middle);
}

/**
 * Narrows a space to the part that the segments of a line leave free. A segment that reaches into the space from one
 * side belongs to the column on that side: a heading above a column may be much shorter than its lines.
 */
function narrow({ left, right }: Space, segments: readonly Segment[]): Space {
  let [from, to] = [left, right];
  for (const { start, end } of segments) {
    if (end <= left || start >= right) continue;
    if (start <= left && end >= right) return { left, right: left };
    const isLeft = start <= left || (end < right && start + end < left + right);
    if (isLeft) from = Math.max(from, end);
    else to = Math.min(to, start);
  }
  return { left: from, right: to };
}
