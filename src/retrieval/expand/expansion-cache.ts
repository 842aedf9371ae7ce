import type { ExpandedTerm, Expansion } from "./expand-term.ts";

/**
 * Keeps the expansions of recent terms by segment, which never changes; the least recently used go first. An entry is a
 * few hundred bytes, up to about 5 KB.
 */
export class ExpansionCache {
  readonly #max: number;
  readonly #entries = new Map<string, Expansion>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Returns the expansion of a term in a segment. `asked` names the matcher and its term, such as `fuzzy waranty`. */
  find(segment: number, asked: string, expand: () => Expansion): Expansion {
    const key = `${segment} ${asked}`;
    const expansion = this.#entries.get(key) ?? expand();
    // A Map lists its keys by the time of their insertion.
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

/** Joins the expansions of a term in several segments: document counts are added up, and the best `termsMax` stay. */
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
