import type { ExpandedTerm, Expansion } from "./expand-term.ts";

/**
 * Caches up to `max` expansions by segment and term, which never change. The least recently used one is dropped first.
 * An entry takes a few hundred bytes, at most about 5 KB.
 */
export class ExpansionCache {
  readonly #max: number;
  readonly #entries = new Map<string, Expansion>();

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Returns the expansion of a term in a segment; calls `expand` if it is not cached. `asked` names the matcher and its
   * term, such as `fuzzy waranty`.
   */
  find(segment: number, asked: string, expand: () => Expansion): Expansion {
    const key = `${segment} ${asked}`;
    const expansion = this.#entries.get(key) ?? expand();
    // A Map keeps its keys in the order of insertion, so the first key is the least recently used one.
    this.#entries.delete(key);
    this.#entries.set(key, expansion);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#max && oldest !== undefined) this.#entries.delete(oldest);
    return expansion;
  }

  /** Forgets the expansions of segments that do not exist any more. */
  forget(segments: ReadonlySet<number>): void {
    for (const key of this.#entries.keys()) {
      if (segments.has(Number(key.slice(0, key.indexOf(" "))))) this.#entries.delete(key);
    }
  }
}

/**
 * Merges the expansions of one term in several segments: adds up the document counts, and keeps the best `termsMax`
 * terms.
 */
export function joinExpansions(expansions: readonly Expansion[], termsMax = 50): Expansion {
  const terms = new Map<string, ExpandedTerm>();
  for (const found of expansions.flatMap((expansion) => expansion.terms)) {
    const documentCount = found.documentCount + (terms.get(found.term)?.documentCount ?? 0);
    terms.set(found.term, { ...found, documentCount });
  }
  const best = [...terms.values()].toSorted(
    (a, b) =>
      a.distance - b.distance || b.documentCount - a.documentCount || (a.term < b.term ? -1 : 1),
  );
  return { terms: best.slice(0, termsMax), isCut: expansions.some(({ isCut }) => isCut) };
}
