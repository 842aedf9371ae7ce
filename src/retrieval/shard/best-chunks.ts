/** A chunk with its combined score, identified by its position in the shard's arrays. */
export type ScoredPosition = { readonly position: number; readonly score: number };

/** Number of kept chunks, above four times the number wanted, at which ties are broken early to limit memory. */
const TIED_MAX = 4_096;

/**
 * Collects the `max` chunks with the highest scores. Chunks that tie for the last places are ordered by their ids at
 * the end, so that the result does not depend on positions: a store ranks the same however it is split into shards.
 */
export class BestChunks {
  /** Chunks with a lower score need not be offered. */
  lowest = 0;
  readonly #max: number;
  readonly #readIds: (positions: readonly number[]) => ReadonlyMap<number, string>;
  #kept: ScoredPosition[] = [];
  #room: number;

  /** `readIds` reads the ids of the chunks in some positions, to choose among chunks with the same score. */
  constructor(max: number, readIds: (positions: readonly number[]) => ReadonlyMap<number, string>) {
    this.#max = max;
    this.#readIds = readIds;
    this.#room = 2 * max + 32;
  }

  /** Offers a chunk, which is kept while it may be among the best. */
  offer(position: number, score: number): void {
    this.#kept.push({ position, score });
    if (this.#kept.length < this.#room) return;
    this.#dropLow();
    if (this.#kept.length * 2 <= this.#room) return;
    if (this.#kept.length > 4 * this.#max + TIED_MAX) this.#kept = this.#breakTies();
    this.#room = 2 * Math.max(this.#kept.length, this.#max) + 32;
  }

  /** Returns the best chunks, highest score first. The order of equal scores is arbitrary. */
  finish(): ScoredPosition[] {
    this.#dropLow();
    return this.#kept.length > this.#max ? this.#breakTies() : this.#kept;
  }

  /** Drops the chunks whose score is lower than that of the last one wanted. */
  #dropLow(): void {
    this.#kept.sort((a, b) => b.score - a.score);
    const last = this.#kept[this.#max - 1];
    if (!last) return;
    this.lowest = last.score;
    this.#kept.length = this.#kept.findLastIndex(({ score }) => score >= this.lowest) + 1;
  }

  /** Keeps, of the chunks that tie for the last places, those with the smallest ids. */
  #breakTies(): ScoredPosition[] {
    const above = this.#kept.filter(({ score }) => score > this.lowest);
    const tied = this.#kept.slice(above.length);
    const ids = this.#readIds(tied.map(({ position }) => position));
    const idOf = ({ position }: ScoredPosition) => ids.get(position) ?? "";
    tied.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    return [...above, ...tied.slice(0, this.#max - above.length)];
  }
}
