import type { SearchHit } from "../../retrieval/search-types.ts";
import type { Passage } from "../answer-types.ts";

/**
 * Numbers the passages that one answer can cite as `[n]`. A passage that several searches find keeps its first number.
 */
export class NumberedPassages {
  readonly #passages: Passage[] = [];
  readonly #numbers = new Map<string, number>();

  /** Numbers the passages that a search has found, and returns them with their numbers, in the same order. */
  add(hits: readonly SearchHit[]): NumberedPassage[] {
    return hits.map((hit) => {
      const known = this.#numbers.get(hit.chunkId);
      const passage = toPassage(hit);
      if (known !== undefined) return { number: known, passage };
      this.#passages.push(passage);
      this.#numbers.set(hit.chunkId, this.#passages.length);
      return { number: this.#passages.length, passage };
    });
  }

  /** All passages in the order of their numbers: number n is at index n − 1. */
  get all(): readonly Passage[] {
    return this.#passages;
  }
}

/** A passage with the number by which the answer cites it. */
export type NumberedPassage = { readonly number: number; readonly passage: Passage };

function toPassage(hit: SearchHit): Passage {
  const { chunkId, fileId, filename, heading, text, start, end, places, units, score, lexical } =
    hit;
  return { chunkId, fileId, filename, heading, text, start, end, places, units, score, lexical };
}
