import type { FollowerNumber } from "../../knowledge/shard-numbers.ts";

/** A copy of a search shard: a follower, or 0 for the shard itself. */
export type CopyNumber = FollowerNumber | 0;

/** Share of the searches at followers that may also ask the shard, and how many of them are saved up. */
const COMPARED_PART = 1 / 10;
const COMPARISONS_MAX = 2;

/** Entries above which those that are over are dropped. */
const AVOIDED_MAX = 1_000;

/**
 * Chooses the copy for a search: of two at random, the one with fewer open searches, so that a copy with a queue gets
 * less, and nobody has to know all queues. `random` returns numbers from 0 to below 1.
 */
export function chooseCopy(
  copies: readonly CopyNumber[],
  countOpen: (copy: CopyNumber) => number,
  random: () => number,
): CopyNumber {
  const first = Math.floor(random() * copies.length);
  // Another one than the first.
  const step = 1 + Math.floor(random() * (copies.length - 1));
  const one = copies[first] ?? 0;
  const other = copies[(first + step) % copies.length] ?? 0;
  return countOpen(other) < countOpen(one) ? other : one;
}

/** What an isolate knows about the copies of search shards: its own open searches, and which copies to avoid. */
export class CopyBoard {
  readonly #open = new Map<string, number>();
  readonly #avoidedUntil = new Map<string, number>();
  #comparisons = COMPARISONS_MAX;

  /** Counts the open searches of a copy of the shard with the key `shard`. */
  countOpen(shard: string, copy: CopyNumber): number {
    return this.#open.get(keyOf(shard, copy)) ?? 0;
  }

  /** Runs a search of a copy, which is open until it settles. */
  async run<Answer>(
    shard: string,
    copy: CopyNumber,
    search: () => Promise<Answer>,
  ): Promise<Answer> {
    const key = keyOf(shard, copy);
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    try {
      return await search();
    } finally {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    }
  }

  /** Notes a search at a follower: of ten of them, one may be compared with the shard. */
  earnComparison(): void {
    this.#comparisons = Math.min(this.#comparisons + COMPARED_PART, COMPARISONS_MAX);
  }

  /** Returns true if a slow follower may be compared with its shard now, which uses up one comparison. */
  spendComparison(): boolean {
    if (this.#comparisons < 1) return false;
    this.#comparisons--;
    return true;
  }

  /** Avoids a copy until a time, in milliseconds since the epoch. */
  avoid(shard: string, copy: CopyNumber, until: number, now: number): void {
    this.#avoidedUntil.set(keyOf(shard, copy), until);
    if (this.#avoidedUntil.size <= AVOIDED_MAX) return;
    for (const [key, end] of this.#avoidedUntil) if (end <= now) this.#avoidedUntil.delete(key);
  }

  /** Tests whether a copy is to be avoided at the time `now`. */
  isAvoided(shard: string, copy: CopyNumber, now: number): boolean {
    return (this.#avoidedUntil.get(keyOf(shard, copy)) ?? 0) > now;
  }
}

const keyOf = (shard: string, copy: CopyNumber) => `${shard}:${copy}`;
