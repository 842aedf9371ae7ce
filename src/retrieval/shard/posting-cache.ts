import { measureList, type PostingList } from "../segment/posting-list.ts";

/**
 * Caches decoded posting lists by term and segment, up to `bytesMax` bytes. The lists of the least recently used term
 * are dropped first. An empty list is cached too, for a term that a segment does not contain.
 */
export class PostingCache {
  readonly #bytesMax: number;
  /** The lists of each term by segment. The least recently used term comes first. */
  readonly #terms = new Map<string, Map<number, PostingList>>();
  #newest = "";
  #bytes = 0;
  /** Number of lists that were found in the cache, and of those that were not, since the cache was created. */
  hits = 0;
  misses = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Returns a term's posting list in a segment. Calls `read` if it is not cached. */
  find(segment: number, term: string, read: () => PostingList): PostingList {
    const lists = this.#use(term);
    const known = lists.get(segment);
    if (known) {
      this.hits++;
      return known;
    }
    this.misses++;
    const list = read();
    lists.set(segment, list);
    this.#bytes += measureList(list);
    this.#shrink();
    return list;
  }

  /** Tests whether a term's posting list in a segment is cached. */
  has(segment: number, term: string): boolean {
    return this.#terms.get(term)?.has(segment) ?? false;
  }

  /** Forgets the lists of segments that do not exist any more. */
  forget(segments: ReadonlySet<number>): void {
    for (const lists of this.#terms.values()) {
      for (const segment of segments) {
        const list = lists.get(segment);
        if (!list) continue;
        lists.delete(segment);
        this.#bytes -= measureList(list);
      }
    }
  }

  /** Forgets all lists. */
  clear(): void {
    this.#terms.clear();
    this.#newest = "";
    this.#bytes = 0;
  }

  /** Size of all cached lists, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the lists of a term, which is the most recently used one from now on. */
  #use(term: string): Map<number, PostingList> {
    const lists = this.#terms.get(term) ?? new Map<number, PostingList>();
    if (term === this.#newest && this.#terms.has(term)) return lists;
    // A Map keeps its keys in the order of insertion.
    this.#terms.delete(term);
    this.#terms.set(term, lists);
    this.#newest = term;
    return lists;
  }

  #shrink(): void {
    for (const [term, lists] of this.#terms) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#terms.delete(term);
      for (const list of lists.values()) this.#bytes -= measureList(list);
    }
  }
}
