import type { Sliced } from "../../slices.ts";
import type { Run } from "./page-runs.ts";
import { type PlacedRun, writeScript } from "./scripts.ts";
import { isSpacedText, joinSpacedLetters } from "./spaced-letters.ts";

/** A piece of a line without a wide gap: text, and where it begins and ends along the line. */
export type Segment = { readonly text: string; readonly start: number; readonly end: number };

/** A line of a page, from its first segment to its last one. */
export type Line = {
  readonly segments: readonly Segment[];
  readonly baseline: number;
  /** The size of its letters, in points. */
  readonly size: number;
};

/**
 * Builds the lines of a page from runs of one writing direction, the first line first. Runs are placed by their
 * positions, since a page may draw them in any order. Small runs that are raised or lowered belong to the line that
 * they touch.
 */
export function* buildLines(runs: readonly Run[]): Sliced<Line[]> {
  let work = runs.length;
  const pause = () => {
    const isDue = work > RUNS_A_SLICE;
    if (isDue) work = 0;
    return isDue;
  };
  const rows = groupByBaseline(runs);
  if (pause()) yield;
  const lines: Line[] = [];
  for (const row of attachScripts(rows)) {
    if (pause()) yield;
    const { baseline, size } = largest(row);
    lines.push({ baseline, size, segments: yield* joinPieces(row) });
    work += row.length;
  }
  return lines;
}

/** Runs of which lines are built in about 10 ms. */
const RUNS_A_SLICE = 5_000;

/** Runs are on one line if their baselines differ by less, in sizes of a letter. */
const BASELINE_TOLERANCE = 0.25;
/** A gap that separates segments, in sizes of a letter. */
const SEGMENT_GAP = 1;
/** A gap that is a space, in sizes of a letter. */
const SPACE_GAP = 0.12;

function groupByBaseline(runs: readonly Run[]): PlacedRun[][] {
  const rows: PlacedRun[][] = [];
  let first: Run | null = null;
  for (const run of runs.toSorted((one, other) => other.baseline - one.baseline)) {
    const distance = first ? first.baseline - run.baseline : Infinity;
    const size = Math.min(run.size, first?.size ?? run.size);
    if (distance >= size * BASELINE_TOLERANCE) {
      rows.push([]);
      first = run;
    }
    rows.at(-1)?.push({ ...run, place: "line" });
  }
  return rows.map((row) => row.toSorted((one, other) => one.start - other.start));
}

const largest = (row: readonly PlacedRun[]): PlacedRun => {
  const [first] = row;
  if (!first) throw new Error("A line of a page has no text");
  return row.reduce((most, piece) => (piece.size > most.size ? piece : most), first);
};

/** Rows are compared with this number of rows before and after them. */
const ROWS_NEAR = 2;

/** Moves raised and lowered runs from rows of their own to the row that they belong to. */
function attachScripts(rows: readonly PlacedRun[][]): PlacedRun[][] {
  const attached = rows.map((row) => [...row]);
  const sizes = rows.map((row) => largest(row));
  for (const [index, row] of rows.entries()) {
    if (row.length > SCRIPTS_MAX) continue;
    for (const piece of row) {
      for (let near = index - ROWS_NEAR; near <= index + ROWS_NEAR; near++) {
        const base = sizes[near];
        const target = attached[near];
        if (near === index || !base || !target || !isScriptOf(piece, base, rows[near] ?? []))
          continue;
        target.push({ ...piece, place: piece.baseline > base.baseline ? "raised" : "lowered" });
        attached[index] = attached[index]?.filter((other) => other !== piece) ?? [];
        break;
      }
    }
  }
  return attached
    .filter((row) => row.length > 0)
    .map((row) => row.toSorted((one, other) => one.start - other.start));
}

/** A row with more runs is text in small letters. */
const SCRIPTS_MAX = 40;
const SCRIPT_LENGTH_MAX = 12;
/** A script of the size of the line is shorter. */
const LARGE_SCRIPT_LENGTH_MAX = 4;
const SCRIPT_SIZE_MAX = 0.85;
const SIZE_TOLERANCE = 1.02;
const SCRIPT_SIZE_MIN = 0.4;
const SCRIPT_SHIFT_MAX = 0.7;
const SCRIPT_GAP_MAX = 0.25;

function isScriptOf(piece: PlacedRun, base: PlacedRun, row: readonly PlacedRun[]): boolean {
  const shift = Math.abs(piece.baseline - base.baseline);
  const isSmall = piece.size <= base.size * SCRIPT_SIZE_MAX;
  return (
    piece.text.length <= (isSmall ? SCRIPT_LENGTH_MAX : LARGE_SCRIPT_LENGTH_MAX) &&
    piece.size <= base.size * SIZE_TOLERANCE &&
    piece.size >= base.size * SCRIPT_SIZE_MIN &&
    shift <= base.size * SCRIPT_SHIFT_MAX &&
    row.some(
      ({ end, size }) =>
        size * SIZE_TOLERANCE >= piece.size && Math.abs(piece.start - end) <= size * SCRIPT_GAP_MAX,
    )
  );
}

function* joinPieces(row: readonly PlacedRun[]): Sliced<Segment[]> {
  const isReversed = row.filter(({ isRightToLeft }) => isRightToLeft).length * 2 > row.length;
  const segments: OpenSegment[] = [];
  let end = -Infinity;
  for (const [index, piece] of row.entries()) {
    if (index % RUNS_A_SLICE === RUNS_A_SLICE - 1) yield;
    const gap = piece.start - end;
    let open = segments.at(-1);
    const isNear = gap <= piece.size * SEGMENT_GAP;
    if (!open || !(isNear || isSpacedLetter(open, piece, gap) || isItem(open.pieces, piece, gap))) {
      open = { pieces: [], letters: 0 };
      segments.push(open);
    }
    open.pieces.push(piece);
    if (isLetter(piece)) open.letters++;
    end = Math.max(end, piece.end);
  }
  const written: Segment[] = [];
  for (const [index, { pieces }] of segments.entries()) {
    if (index % RUNS_A_SLICE === RUNS_A_SLICE - 1) yield;
    const last = pieces.reduce((most, piece) => Math.max(most, piece.end), -Infinity);
    const text = joinText(pieces, isReversed);
    written.push({ text, start: pieces[0]?.start ?? 0, end: last });
  }
  return isReversed ? written.toReversed() : written;
}

/** A segment that is being joined, with the number of its single letters. */
type OpenSegment = { readonly pieces: PlacedRun[]; letters: number };

/** Minimum number of single letters in a spaced word. Fewer may be the labels of answers to choose from. */
const LETTERS_MIN = 4;
const isSign = ({ text }: PlacedRun) => /^(?:\p{L}{1,2}|[\p{N}\p{P}\p{Sc}])$/u.test(text.trim());
const isLetter = ({ text }: PlacedRun) => /^\p{L}{1,2}$/u.test(text.trim());

/** The widest gap between letters that are spaced apart, in sizes of a letter. */
const LETTERS_GAP_MAX = 1.6;

/** A single letter after another one may belong to a word whose letters are spaced apart. */
function isSpacedLetter({ pieces, letters }: OpenSegment, piece: PlacedRun, gap: number): boolean {
  const last = pieces.at(-1);
  if (last === undefined || gap >= piece.size * LETTERS_GAP_MAX) return false;
  if (isLetter(last) && isLetter(piece)) return true;
  if (isSpacedText(last.text) && isSpacedText(piece.text)) return /(?:\p{L} ){3}/u.test(last.text);
  // Digits after letters that are spaced apart; digits alone are the cells of a table.
  return isSign(last) && isSign(piece) && letters >= LETTERS_MIN;
}

const LIST_MARK = /^(?:[-–—•*▪◦●○■□☐☒☑✓]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])$/iu;
/** The widest gap between the mark of a list item and its text, in sizes of a letter. */
const MARK_GAP_MAX = 4;

/** A gap after the mark of a list item separates no columns. */
function isItem(pieces: readonly PlacedRun[], piece: PlacedRun, gap: number): boolean {
  const [mark] = pieces;
  return (
    pieces.length === 1 &&
    mark !== undefined &&
    LIST_MARK.test(mark.text.trim()) &&
    gap <= piece.size * MARK_GAP_MAX
  );
}

function joinText(pieces: readonly PlacedRun[], isReversed: boolean): string {
  const letterGap = findLetterGap(pieces);
  const parts: string[] = [];
  // The end of the text, since reading it from a text that grows would copy that each time.
  let tail = "";
  let previous: PlacedRun | null = null;
  for (const piece of isReversed ? pieces.toReversed() : pieces) {
    const gap = previous
      ? isReversed
        ? previous.start - piece.end
        : piece.start - previous.end
      : 0;
    const isScript = piece.place !== "line";
    const needsSpace =
      previous !== null &&
      !isScript &&
      (piece.isSpaced || gap > piece.size * SPACE_GAP) &&
      !tail.endsWith(" ") &&
      !piece.text.startsWith(" ");
    // Between words whose letters are spaced apart the gap is wider than between their letters.
    const isApart = letterGap !== null && gap > letterGap * WORD_GAP_MIN;
    const areWords = previous !== null && isSpacedText(previous.text) && isSpacedText(piece.text);
    if (needsSpace) parts.push(isApart || areWords ? "  " : " ");
    tail += needsSpace ? " " : "";
    const written = writeScript(tail, piece);
    parts.push(written);
    tail = (tail + written).slice(-TAIL_LENGTH);
    previous = piece;
  }
  return joinSpacedLetters(parts.join("").trim());
}

/** Characters before a raised or lowered piece that decide how it is written. */
const TAIL_LENGTH = 8;
/** The gap between words whose letters are spaced apart, in gaps between these letters. */
const WORD_GAP_MIN = 1.5;

/** Returns the median gap between single letters and signs; null if the pieces are not single letters and signs. */
function findLetterGap(pieces: readonly PlacedRun[]): number | null {
  if (!pieces.every((piece) => isSign(piece))) return null;
  if (pieces.filter((piece) => isLetter(piece)).length < LETTERS_MIN) return null;
  const gaps = pieces
    .slice(1)
    .map((piece, index) => piece.start - (pieces[index]?.end ?? 0))
    .toSorted((one, other) => one - other);
  return gaps[gaps.length >> 1] ?? null;
}
