import type { Paused } from "./paused.ts";

/** Terms that are sorted at once, in about 5 ms. */
const RUN_LENGTH = 4_000;
/** Terms that are merged in about 5 ms. */
const MERGED_A_SLICE = 20_000;

/**
 * Sorts well-formed terms by their code points, which is the order of their UTF-8 bytes, in slices of about 5 ms: sorting
 * 150,000 terms at once took 300 ms.
 */
export function* sortTerms(terms: Iterable<string>): Paused<readonly string[]> {
  const all = [...terms];
  let runs: (readonly string[])[] = [];
  for (let at = 0; at < all.length; at += RUN_LENGTH) {
    if (at > 0) yield;
    runs.push(all.slice(at, at + RUN_LENGTH).toSorted(compareUtf8));
  }
  while (runs.length > 1) {
    const longer: (readonly string[])[] = [];
    let short = 0;
    for (let at = 0; at < runs.length; at += 2) {
      const merged = yield* merge(runs[at] ?? [], runs[at + 1] ?? []);
      longer.push(merged);
      short += merged.length;
      if (short < MERGED_A_SLICE) continue;
      short = 0;
      yield;
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

function* merge(left: readonly string[], right: readonly string[]): Paused<readonly string[]> {
  const merged: string[] = [];
  let [a, b] = [left[0], right[0]];
  for (let [at, other] = [0, 0]; a !== undefined || b !== undefined;) {
    if (b === undefined || (a !== undefined && compareUtf8(a, b) < 0)) {
      merged.push(a ?? "");
      a = left[++at];
    } else {
      merged.push(b);
      b = right[++other];
    }
    if (merged.length % MERGED_A_SLICE === 0) yield;
  }
  return merged;
}

/** Compares two well-formed texts by their code points, which is the order of their UTF-8 bytes. */
function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rankUnit(left) - rankUnit(right);
  }
  return a.length - b.length;
}

/**
 * Returns the rank of a code unit. Surrogates stand for code points above all other code units, so they rank higher.
 */
const rankUnit = (unit: number): number =>
  unit >= 0xd800 && unit < 0xe000 ? unit + 0x10_000 : unit;
