import { hasMetadata } from "./mutation-rules.ts";
import type { FoundVectors } from "./outgoing.ts";
import type { ChunkRun } from "./placement.ts";
import type { IndexMetadata } from "./vector-index.ts";

/**
 * A mutation of a vector index may take effect a second time, long after its first effect was read back: a deleted vector
 * is there again, or one has its metadata of before. So the index is asked again about what was deleted or written over,
 * these milliseconds after its effect was seen. Each pause is about three times the one before, so that a late effect is
 * undone soon in proportion to its delay; the last question is behind all effects that come within a day.
 */
export const WATCH_MS: readonly number[] = [
  60_000, 180_000, 540_000, 1_800_000, 5_400_000, 16_200_000, 43_200_000, 86_400_000,
];
/** Time after which the index is asked again that had something wrong, or did not show all, in milliseconds. */
const AGAIN_MS = 60_000;

/** Since when a change is watched, and when the index is asked about it next, in milliseconds since the epoch. */
export type WatchTimes = { readonly since: number; readonly dueAt: number };

/**
 * Returns the times after a question about a change, whose effect was seen at the time `since`; null if it was the last
 * one. Questions that were missed, as while the index was away, are not made up for.
 */
export function passWatch(since: number, now: number): WatchTimes | null {
  const next = WATCH_MS.find((ms) => since + ms > now);
  return next === undefined ? null : { since, dueAt: since + next };
}

/** Returns the times after a question that has found something wrong, or has not shown all. */
export const repeatWatch = (since: number, now: number): WatchTimes => ({
  since,
  dueAt: now + AGAIN_MS,
});

/** Joins numbers of chunks to runs, in ascending order. */
export function runsOf(numbers: readonly number[]): ChunkRun[] {
  const runs: { first: number; count: number }[] = [];
  for (const number of [...new Set(numbers)].toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last.first + last.count === number) last.count++;
    else runs.push({ first: number, count: 1 });
  }
  return runs;
}

/** Lists the numbers in runs. */
export const numbersOf = (runs: readonly ChunkRun[]): number[] =>
  runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));

/** A vector that an index should have, by the number of its chunk. */
export type WantedVector = { readonly number: number; readonly metadata: IndexMetadata };

/**
 * Compares what an index should have of some chunks with what it has. Returns the numbers of those that are missing or
 * have other metadata (`wrong`), and of those that should not be there. Chunks in `pending` have changes on their way,
 * which decide.
 */
export function compareVectors(
  wanted: readonly WantedVector[],
  { numbers, metadata }: FoundVectors,
  pending: readonly ChunkRun[],
): { readonly wrong: readonly number[]; readonly strays: readonly number[] } {
  const isPending = (number: number) =>
    pending.some(({ first, count }) => number >= first && number < first + count);
  const known = new Set(wanted.map(({ number }) => number));
  const found = new Map(numbers.map((number, at) => [number, metadata[at] ?? {}]));
  const isRight = ({ number, metadata: own }: WantedVector) => {
    const there = found.get(number);
    return there !== undefined && hasMetadata(there, own);
  };
  const wrong = wanted.filter((one) => !isRight(one)).map(({ number }) => number);
  const strays = numbers.filter((number) => !known.has(number));
  return {
    wrong: wrong.filter((number) => !isPending(number)),
    strays: strays.filter((number) => !isPending(number)),
  };
}
