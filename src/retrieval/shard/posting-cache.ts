import { measureList, type PostingList } from "../segment/posting-list.ts";

/**
 * Caches decoded posting lists by segment and term, up to `bytesMax` bytes. The least recently used list is dropped
 * first. An empty list is cached too, for a term that a segment does not contain.
 */
export class PostingCache {
  readonly #bytesMax: number;
  readonly #lists = new Map<string, PostingList>();
  #bytes = 0;
  /** Number of lists that were found in the cache, and of those that were not, since the cache was created. */
  hits = 0;
  misses = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Returns a term's posting list in a segment. Calls `read` if it is not cached. */
  find(segment: number, term: string, read: () => PostingList): PostingList {
    const key = `${segment} ${term}`;
    const known = this.#lists.get(key);
    if (known) {
      this.hits++;
      // A Map keeps its keys in the order of insertion, so the first key is the least recently used one.
      this.#lists.delete(key);
      this.#lists.set(key, known);
      return known;
    }
    this.misses++;
    const list = read();
    this.#lists.set(key, list);
    this.#bytes += measureList(list);
    this.#shrink();
    return list;
  }

  /** Forgets the lists of segments that do not exist any more. */
  forget(segments: ReadonlySet<number>): void {
    for (const [key, list] of this.#lists) {
      if (!segments.has(Number(key.slice(0, key.indexOf(" "))))) continue;
      this.#lists.delete(key);
      this.#bytes -= measureList(list);
    }
  }

  /** Forgets all lists. */
  clear(): void {
    this.#lists.clear();
    this.#bytes = 0;
  }

  /** Size of all cached lists, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  #shrink(): void {
    for (const [key, list] of this.#lists) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#lists.delete(key);
      this.#bytes -= measureList(list);
    }
  }
}
