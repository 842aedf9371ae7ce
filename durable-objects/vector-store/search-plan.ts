import { meanLength, sumStatistics } from "../../src/retrieval/bm25.ts";
import type { SearchPlan, ShardStatistics } from "../../src/retrieval/search-types.ts";
import { askShard } from "./ask-shard.ts";
import type { StoreRow, VectorStoreTables } from "./store-tables.ts";

/** A cache with more terms than this is replaced by the latest statistics. */
const TERMS_MAX = 50_000;

type Known = {
  version: number;
  chunkCount: number;
  totalLength: number;
  counts: Map<string, number>;
};

/**
 * Makes the plans of searches in a store, which say what to ask which shards. Caches the shards' term statistics for
 * the plans.
 */
export class SearchPlans {
  readonly #env: Env;
  readonly #tables: VectorStoreTables;
  readonly #statistics = new StatisticsCache();

  constructor(env: Env, tables: VectorStoreTables) {
    this.#env = env;
    this.#tables = tables;
  }

  /**
   * Makes the plan of a search for these terms: the shards, the statistics of the terms over all shards, and the files
   * whose chunks the search must leave out.
   */
  async make(store: StoreRow, terms: readonly string[]): Promise<SearchPlan> {
    const { contentVersion, generation, embeddingModel } = store;
    const shards = this.#tables.shards().map(({ number }) => number);
    // Before the await: shards and hidden files belong to the same moment as the content version.
    const hidden = this.#tables.hidden();
    const statistics = await this.#statistics.read(contentVersion, terms, (missing) =>
      Promise.all(
        shards.map((number) =>
          askShard(this.#env, store, number, (shard) => shard.statistics(missing)),
        ),
      ),
    );
    return {
      contentVersion,
      generation,
      embeddingModel,
      shards,
      chunkCount: statistics.chunkCount,
      averageLength: meanLength(statistics),
      documentCounts: statistics.documentCounts,
      hidden,
    };
  }
}

/** The sum of the statistics of all shards, cached in memory until the store's content changes. */
class StatisticsCache {
  #known: Known | null = null;

  /**
   * Returns the statistics of some terms at a version of the content. Asks the shards only for terms that it does not
   * know.
   */
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
    // Another search may have stored statistics during the await. Those of newer content stay.
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
