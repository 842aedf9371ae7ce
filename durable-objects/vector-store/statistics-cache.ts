import { sumStatistics } from "../../src/retrieval/bm25.ts";
import type { ShardStatistics } from "../../src/retrieval/search-types.ts";

/** Terms kept at most; beyond, the cache starts afresh. */
const TERMS_MAX = 50_000;

type Known = {
  version: number;
  chunkCount: number;
  totalLength: number;
  counts: Map<string, number>;
};

/**
 * The statistics of all shards, summed and kept in memory for as long as the store's content stays the same.
 */
export class StatisticsCache {
  #known: Known | null = null;

  async read(
    version: number,
    terms: readonly string[],
    ask: (missing: readonly string[]) => Promise<readonly ShardStatistics[]>,
  ): Promise<ShardStatistics> {
    const known = this.#known?.version === version ? this.#known : null;
    const missing = known ? terms.filter((term) => !known.counts.has(term)) : terms;
    const fresh = known && missing.length === 0 ? known : await this.#ask(version, missing, ask);
    const count = (term: string) => fresh.counts.get(term) ?? known?.counts.get(term) ?? 0;
    const { chunkCount, totalLength } = fresh;
    return { chunkCount, totalLength, documentCounts: terms.map(count) };
  }

  async #ask(
    version: number,
    missing: readonly string[],
    ask: (missing: readonly string[]) => Promise<readonly ShardStatistics[]>,
  ): Promise<Known> {
    const { chunkCount, totalLength, documentCounts } = sumStatistics(await ask(missing));
    const counts = new Map(missing.map((term, index) => [term, documentCounts[index] ?? 0]));
    // Others may have asked meanwhile, also about newer content: theirs is kept.
    if (
      this.#known === null ||
      this.#known.version < version ||
      this.#known.counts.size > TERMS_MAX
    ) {
      this.#known = { version, chunkCount, totalLength, counts };
    } else if (this.#known.version === version) {
      for (const [term, count] of counts) this.#known.counts.set(term, count);
    }
    return { version, chunkCount, totalLength, counts };
  }
}
