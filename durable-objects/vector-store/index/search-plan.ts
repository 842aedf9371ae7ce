import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import { logger } from "../../../src/platform/logger.ts";
import type { Refusal } from "../../../src/refusal.ts";
import { ok, type Result } from "../../../src/result.ts";
import { meanLength, sumStatistics } from "../../../src/retrieval/bm25.ts";
import { SHARD_MS } from "../../../src/retrieval/fan-out/ask-shards.ts";
import { gatherAnswers } from "../../../src/retrieval/fan-out/gather-answers.ts";
import type { SearchPlan, ShardStatistics } from "../../../src/retrieval/search-types.ts";
import type { StoreRow, VectorStoreTables } from "../tables/store-tables.ts";
import { askShard } from "./ask-shard.ts";
import { readPlacement } from "./place-vectors.ts";

/** A cache with more terms than this is replaced by the latest statistics. */
const TERMS_MAX = 50_000;

type Known = {
  version: number;
  chunkCount: number;
  totalLength: number;
  counts: Map<string, number>;
  dimensions?: number;
  filterKeys?: readonly string[];
};

/** The statistics of the shards that answered, and the numbers of the shards that did not. */
type Asked = {
  readonly parts: readonly ShardStatistics[];
  readonly unavailable: readonly SearchShardNumber[];
};

/** The sum of the statistics of a store's shards. Those of the shards in `unavailable` may be missing in it. */
type StoreStatistics = ShardStatistics & Pick<Asked, "unavailable">;

/** The reader of a store's row for a search. Refuses if the store cannot be searched. */
interface UsedStore {
  readUsed(asked: readonly string[]): Result<StoreRow, Refusal>;
}

/** Makes the plans of searches in a store. Caches the term statistics of the shards for them. */
export class SearchPlans {
  readonly #env: Env;
  readonly #tables: VectorStoreTables;
  readonly #lifecycle: UsedStore;
  readonly #statistics = new StatisticsCache();

  constructor(env: Env, tables: VectorStoreTables, lifecycle: UsedStore) {
    this.#env = env;
    this.#tables = tables;
    this.#lifecycle = lifecycle;
  }

  /** Reads the version of the store's content, by which a search for the questions `asked` checks a plan that it knows. */
  contentVersion(asked: readonly string[]): Result<number, Refusal> {
    const store = this.#lifecycle.readUsed(asked);
    return store.ok ? ok(store.value.contentVersion) : store;
  }

  /**
   * Makes the plan of a search for `terms`: the shards, the statistics of the terms over all shards, and the files
   * whose chunks the search must leave out. `asked` are the questions that it is for. A shard that fails or is slow goes
   * to `unavailable`. Refuses if the store cannot be searched; throws if no shard answers.
   */
  async make(
    terms: readonly string[],
    asked: readonly string[],
  ): Promise<Result<SearchPlan, Refusal>> {
    const used = this.#lifecycle.readUsed(asked);
    if (!used.ok) return used;
    const store = used.value;
    return ok(await planSearch(this.#env, this.#tables, store, terms, this.#statistics));
  }
}

/**
 * Makes the plan of a search in the generation of the store's row. Without a cache of statistics, all of them are read
 * from the shards.
 */
export async function planSearch(
  env: Env,
  tables: VectorStoreTables,
  store: StoreRow,
  terms: readonly string[],
  cache: StatisticsCache = new StatisticsCache(),
): Promise<SearchPlan> {
  const { contentVersion, generation, embeddingModel } = store;
  const shards = tables.shards(generation).map(({ number }) => number);
  // Before the await: shards, hidden files and place belong to the same moment as the content version.
  const hidden = tables.hidden(generation);
  const placement = readPlacement(tables, store);
  const { unavailable, ...statistics } = await cache.read(contentVersion, terms, (missing) =>
    askStatistics(env, store, shards, missing),
  );
  return {
    contentVersion,
    generation,
    embeddingModel,
    shards: shards.filter((number) => !unavailable.includes(number)),
    unavailable,
    chunkCount: statistics.chunkCount,
    averageLength: meanLength(statistics),
    documentCounts: statistics.documentCounts,
    hidden,
    placement,
    ...pickOptional(statistics),
  };
}

async function askStatistics(
  env: Env,
  store: StoreRow,
  shards: readonly SearchShardNumber[],
  terms: readonly string[],
): Promise<Asked> {
  const ask = (number: SearchShardNumber) =>
    askShard(env, store, number, (shard) => shard.statistics(terms));
  const calls = new Map(shards.map((number) => [number, ask(number)]));
  const { answers, missing } = await gatherAnswers(calls, SHARD_MS);
  for (const [shard, reason] of missing) {
    logger.warn("retrieval.shard.left_out", { storeId: store.id, shard }, reason);
  }
  return { parts: [...answers.values()], unavailable: [...missing.keys()] };
}

/** The sum of the statistics of all shards, cached in memory until the store's content changes. */
class StatisticsCache {
  #known: Known | null = null;

  /**
   * Returns the statistics of `terms` at a version of the content. Asks the shards only for terms that are not cached.
   * If a shard does not answer, the counts of the terms asked for lack it and are not cached.
   */
  async read(
    version: number,
    terms: readonly string[],
    ask: (missing: readonly string[]) => Promise<Asked>,
  ): Promise<StoreStatistics> {
    const known = this.#known?.version === version ? this.#known : null;
    const missing = known ? terms.filter((term) => !known.counts.has(term)) : terms;
    if (known && missing.length === 0) return toStatistics(known, terms, []);
    const { parts, unavailable } = await ask(missing);
    const { documentCounts, ...sums } = sumStatistics(parts);
    const asked = new Map(missing.map((term, index) => [term, documentCounts[index] ?? 0]));
    const counts = new Map([...(known?.counts ?? []), ...asked]);
    if (unavailable.length > 0) {
      // The size of the whole store is better known from before than without a shard.
      return toStatistics({ version, ...sums, ...known, counts }, terms, unavailable);
    }
    this.#keep({ version, ...sums, counts: asked });
    return toStatistics({ version, ...sums, counts }, terms, []);
  }

  /** Caches statistics, unless another search has meanwhile cached those of newer content. */
  #keep(fresh: Known): void {
    if (
      this.#known === null ||
      this.#known.version < fresh.version ||
      this.#known.counts.size > TERMS_MAX
    ) {
      this.#known = fresh;
    } else if (this.#known.version === fresh.version) {
      for (const [term, count] of fresh.counts) this.#known.counts.set(term, count);
    }
  }
}

const pickOptional = ({
  dimensions,
  filterKeys,
}: Pick<ShardStatistics, "dimensions" | "filterKeys">) => ({
  ...(dimensions !== undefined && { dimensions }),
  ...(filterKeys !== undefined && { filterKeys }),
});

function toStatistics(
  { counts, ...known }: Known,
  terms: readonly string[],
  unavailable: readonly SearchShardNumber[],
): StoreStatistics {
  const documentCounts = terms.map((term) => counts.get(term) ?? 0);
  const { chunkCount, totalLength } = known;
  return { chunkCount, totalLength, documentCounts, unavailable, ...pickOptional(known) };
}
