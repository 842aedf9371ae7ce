import type { SearchHit } from "../../retrieval/search-types.ts";
import type { Passage } from "../answer-types.ts";

/** The passages of one answer and the numbers they are cited by. A chunk that is found again keeps its number. */
export class NumberedPassages {
  readonly #passages: Passage[] = [];
  readonly #numbers = new Map<string, number>();

  /** Numbers what a search found and returns it in the order of the search. */
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

  /** In the order of their numbers: the passage with number n stands at n − 1. */
  get all(): readonly Passage[] {
    return this.#passages;
  }
}

export type NumberedPassage = { readonly number: number; readonly passage: Passage };

function toPassage(hit: SearchHit): Passage {
  const { chunkId, fileId, filename, heading, text, start, end, score } = hit;
  return { chunkId, fileId, filename, heading, text, start, end, score };
}
