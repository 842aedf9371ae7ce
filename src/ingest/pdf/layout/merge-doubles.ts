import type { Run } from "./page-runs.ts";

/**
 * Removes the copies of text that a page draws more than once at almost the same place, so that it looks bold or has a
 * shadow. A copy repeats a whole run, or each letter follows its own copy: "W", "WA", "AR", … "Y".
 */
export function mergeDoubles(runs: readonly Run[]): Run[] {
  const merged: Run[] = [];
  const latest = new Map<string, Run[]>();
  let chain: Run[] = [];
  for (const run of runs) {
    const copies = latest.get(run.text) ?? [];
    if (chain.length < 2 && copies.some((copy) => isSamePlace(copy, run))) continue;
    latest.set(run.text, [...copies.slice(-COPIES_MAX), run]);
    const last = chain.at(-1);
    if (last && !repeatsLastLetter(last, run)) {
      merged.push(joinChain(chain));
      chain = [];
    }
    chain.push(run);
  }
  if (chain.length > 0) merged.push(joinChain(chain));
  return merged;
}

/** Runs with the same text that a run is compared with. */
const COPIES_MAX = 8;
/** Copies of text lie upon each other for at least this share of their length. */
const OVERLAP_MIN = 0.6;

function isSamePlace(one: Run, other: Run): boolean {
  const overlap = Math.min(one.end, other.end) - Math.max(one.start, other.start);
  const length = Math.min(one.end - one.start, other.end - other.start);
  return (
    overlap > length * OVERLAP_MIN &&
    Math.abs(one.baseline - other.baseline) < one.size / 4 &&
    Math.abs(one.size - other.size) < one.size / 4
  );
}

/** The last letter of one run lies upon the first one of the next. */
function repeatsLastLetter(run: Run, next: Run): boolean {
  const letters = Array.from(run.text);
  const letter = letters.at(-1) ?? "";
  const overlap = run.end - next.start;
  return (
    next.text.startsWith(letter) &&
    overlap > run.size / 8 &&
    overlap < run.size * 1.2 &&
    next.start >= run.start &&
    next.end > run.start &&
    Math.abs(run.baseline - next.baseline) < run.size / 4 &&
    Math.abs(run.size - next.size) < run.size / 4
  );
}

/** Joins runs each of which repeats the last letter of the one before. */
function joinChain(chain: readonly Run[]): Run {
  const [first] = chain;
  const last = chain.at(-1);
  if (!first || !last) throw new Error("A chain of runs has no run");
  if (first === last) return first;
  const parts = chain.map(({ text }, index) => {
    const letters = Array.from(text);
    const isInner = index > 0 && index < chain.length - 1;
    const rest = index === 0 ? letters : letters.slice(1);
    // Letters that are too narrow to begin a run of their own still come in pairs.
    return isInner ? [...halve(rest.slice(0, -1)), ...rest.slice(-1)] : rest;
  });
  return { ...first, text: parts.flat().join(""), end: Math.max(first.end, last.end) };
}

function halve(letters: readonly string[]): string[] {
  const halved: string[] = [];
  for (let at = 0; at < letters.length; at++) {
    halved.push(letters[at] ?? "");
    if (letters[at] === letters[at + 1]) at++;
  }
  return halved;
}
