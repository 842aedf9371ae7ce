import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import { logger } from "../../../src/platform/logger.ts";
import type { Refusal } from "../../../src/refusal.ts";
import { ok, type Result } from "../../../src/result.ts";
import { ANALYZER_VERSIONS, namedAnalyzer } from "../../../src/retrieval/analysis/analyzer.ts";
import { meanLength, sumStatistics } from "../../../src/retrieval/bm25.ts";
import { SHARD_MS } from "../../../src/retrieval/fan-out/ask-shards.ts";
import { gatherAnswers } from "../../../src/retrieval/fan-out/gather-answers.ts";
import type { FollowedShard, FollowPoint } from "../../../src/retrieval/follow-point.ts";
import type { ShardHeat } from "../../../src/retrieval/followers/shard-heat.ts";
import type { SearchPlan, ShardStatistics } from "../../../src/retrieval/search-types.ts";
import type { ShardFollowerRow } from "../tables/shard-follower-table.ts";
import type { StoreRow, VectorStoreTables } from "../tables/store-tables.ts";
import { askShard } from "./ask-shard.ts";
import { readPlacement } from "./place-vectors.ts";

/** A cache with more terms than this is replaced by the latest statistics. */
const TERMS_MAX = 50_000;

type Known = {
  version: number;
  /** The states of shards for their followers, each from this version of the content or later. */
  points: ReadonlyMap<SearchShardNumber, FollowPoint>;
  chunkCount: number;
  totalLength: number;
  counts: Map<string, number>;
  dimensions?: number;
  filterKeys?: readonly string[];
};

/** The statistics of the shards that answered, and the numbers of the shards that did not. */
type Asked = {
  readonly parts: ReadonlyMap<SearchShardNumber, ShardStatistics>;
  readonly unavailable: readonly SearchShardNumber[];
};

/** The sum of the statistics of a store's shards. Those of the shards in `unavailable` may be missing in it. */
type StoreStatistics = ShardStatistics & Pick<Asked, "unavailable"> & Pick<Known, "points">;

/** The reader of a store's row for a search. Refuses if the store cannot be searched. */
interface UsedStore {
  readUsed(asked: readonly string[]): Result<StoreRow, Refusal>;
}

/** Takes what searches have seen of the store's shards. */
interface NotesHeat {
  note(heat: readonly ShardHeat[], now: number): void;
}

/** Makes the plans of searches in a store. Caches the term statistics of the shards for them. */
export class SearchPlans {
  readonly #env: Env;
  readonly #tables: VectorStoreTables;
  readonly #lifecycle: UsedStore;
  readonly #followers: NotesHeat;
  readonly #statistics = new StatisticsCache();

  constructor(env: Env, tables: VectorStoreTables, lifecycle: UsedStore, followers: NotesHeat) {
    this.#env = env;
    this.#tables = tables;
    this.#lifecycle = lifecycle;
    this.#followers = followers;
  }

  /** Reads the version of the store's content, by which a search for the questions `asked` checks a plan that it knows. */
  contentVersion(asked: readonly string[], heat: readonly ShardHeat[]): Result<number, Refusal> {
    const store = this.#lifecycle.readUsed(asked);
    if (!store.ok) return store;
    this.#followers.note(heat, Date.now());
    return ok(store.value.contentVersion);
  }

  /**
   * Makes the plan of a search for `terms`: the shards, the statistics of the terms over all shards, and the files
   * whose chunks the search must leave out. `asked` are the questions that it is for. A shard that fails or is slow goes
   * to `unavailable`. Refuses if the store cannot be searched; throws if no shard answers.
   */
  async make(
    terms: readonly string[],
    asked: readonly string[],
    heat: readonly ShardHeat[],
  ): Promise<Result<SearchPlan, Refusal>> {
    const used = this.#lifecycle.readUsed(asked);
    if (!used.ok) return used;
    this.#followers.note(heat, Date.now());
    // Followers that have just been dismissed have raised the content version.
    const store = heat.length === 0 ? used.value : this.#tables.readStore();
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
  const { contentVersion, generation, analyzer, embeddingModel } = store;
  // The search will refuse the version by name, and the shards could not read their own texts.
  const isKnown = ANALYZER_VERSIONS.includes(analyzer);
  const shards = isKnown ? tables.shards(generation).map(({ number }) => number) : [];
  // Before the await: shards, hidden files and place belong to the same moment as the content version.
  const hidden = tables.hidden(generation);
  const placement = readPlacement(tables, store);
  const followers = tables.followers.ready(generation);
  const { unavailable, points, ...statistics } = await cache.read(
    contentVersion,
    terms,
    (missing) => askStatistics(env, store, shards, missing),
  );
  return {
    contentVersion,
    generation,
    analyzer,
    embeddingModel,
    shards: shards.filter((number) => !unavailable.includes(number)),
    unavailable,
    chunkCount: statistics.chunkCount,
    averageLength: meanLength(statistics),
    documentCounts: statistics.documentCounts,
    hidden,
    placement,
    followed: listFollowed(followers, points),
    ...pickOptional(statistics),
  };
}

/**
 * Lists the shards with followers that are ready, each with a state that it had at the plan's content version or later: a
 * follower in this state has everything that the search must see.
 */
function listFollowed(
  followers: readonly ShardFollowerRow[],
  points: ReadonlyMap<SearchShardNumber, FollowPoint>,
): FollowedShard[] {
  return [...Map.groupBy(followers, ({ shard }) => shard)].flatMap(([shard, rows]) => {
    const point = points.get(shard);
    return point ? [{ shard, point, followers: rows.map(({ number }) => number) }] : [];
  });
}

async function askStatistics(
  env: Env,
  store: StoreRow,
  shards: readonly SearchShardNumber[],
  terms: readonly string[],
): Promise<Asked> {
  const ask = async (number: SearchShardNumber) =>
    requireAnalyzer(
      await askShard(env, store, number, (shard) => shard.statistics(terms)),
      store.analyzer,
    );
  const calls = new Map(shards.map((number) => [number, ask(number)]));
  const { answers, missing } = await gatherAnswers(calls, SHARD_MS);
  for (const [shard, reason] of missing) {
    logger.warn("retrieval.shard.left_out", { storeId: store.id, shard }, reason);
  }
  return { parts: answers, unavailable: [...missing.keys()] };
}

/**
 * Returns the statistics of a shard. Throws if its chunks are of another version of the analyzer than its generation: a
 * consumer of a build that had version 1 alone was the first to write to it. Questions would be compared with other terms.
 */
function requireAnalyzer(statistics: ShardStatistics, wanted: number): ShardStatistics {
  const own = namedAnalyzer(statistics);
  if (own === wanted || statistics.chunkCount === 0) return statistics;
  throw new Error(
    `The search shard has terms of version ${own} of the analyzer, its generation is of ${wanted}`,
  );
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
    const { documentCounts, ...sums } = sumStatistics([...parts.values()]);
    // An older state is one that more followers have reached.
    const points = new Map([...listPoints(parts), ...(known?.points ?? [])]);
    const asked = new Map(missing.map((term, index) => [term, documentCounts[index] ?? 0]));
    const counts = new Map([...(known?.counts ?? []), ...asked]);
    if (unavailable.length > 0) {
      // The size of the whole store is better known from before than without a shard.
      return toStatistics({ version, ...sums, ...known, points, counts }, terms, unavailable);
    }
    this.#keep({ version, ...sums, points, counts: asked });
    return toStatistics({ version, ...sums, points, counts }, terms, []);
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

const listPoints = (parts: ReadonlyMap<SearchShardNumber, ShardStatistics>) =>
  [...parts].flatMap(([shard, { followed }]) => (followed ? [[shard, followed] as const] : []));

function toStatistics(
  { counts, ...known }: Known,
  terms: readonly string[],
  unavailable: readonly SearchShardNumber[],
): StoreStatistics {
  const documentCounts = terms.map((term) => counts.get(term) ?? 0);
  const { chunkCount, totalLength, points } = known;
  const sizes = { chunkCount, totalLength, ...pickOptional(known) };
  return { ...sizes, documentCounts, unavailable, points };
}
