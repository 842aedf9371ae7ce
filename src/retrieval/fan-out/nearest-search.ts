import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";
import type { SearchPlan, ShardQuery } from "../search-types.ts";
import { chooseCuts } from "../vectorize/deepen.ts";
import {
  floorOf,
  type FoundMatches,
  joinParts,
  type NearestChunks,
  partNearest,
} from "../vectorize/nearest-chunks.ts";
import type { DensePlacement } from "../vectorize/placement.ts";
import { partFilters, pushDown } from "../vectorize/push-down.ts";
import type { IndexFilter, IndexMatch } from "../vectorize/vector-index.ts";

/** Asks vector indexes. */
export type NearestDeps = {
  /**
   * Finds the vectors nearest to a question's that pass a filter in the vector index of a store; null if the index does
   * not answer. Then the shards search their vectors themselves.
   */
  nearest(
    placement: DensePlacement,
    vector: Float32Array,
    filter: IndexFilter | null,
  ): Promise<readonly IndexMatch[] | null>;
};

/** The matches of a vector index, by shard; null if the index was not asked or did not answer. */
type ByShard = ReadonlyMap<SearchShardNumber, NearestChunks> | null;

/** The questions of one query to the vector index of its store. Each is asked once, for all shards. */
export class NearestSearch {
  readonly #deps: NearestDeps;
  readonly #plan: SearchPlan;
  readonly #query: ShardQuery;
  readonly #pushed: IndexFilter | null;
  readonly #deeper = new Map<number, Promise<ByShard>>();

  constructor(deps: NearestDeps, plan: SearchPlan, query: ShardQuery) {
    this.#deps = deps;
    this.#plan = plan;
    this.#query = query;
    this.#pushed = pushDown(query.filter, plan.filterKeys ?? []);
  }

  /** Finds the nearest vectors of the store: one query. */
  async first(): Promise<ByShard> {
    const { filterKeys = null } = this.#plan;
    const matches = await this.#ask(this.#pushed);
    if (matches === null) return null;
    return this.#part({
      matches,
      floor: floorOf(matches),
      filterKeys: this.#pushed === null ? null : filterKeys,
      mayDeepen: filterKeys !== null && this.#query.filter !== null,
    });
  }

  /** Finds about `depth` of the nearest vectors: a query for each partition of the store. */
  deeper(depth: number): Promise<ByShard> {
    const cuts = chooseCuts(depth);
    const asked = this.#deeper.get(cuts) ?? this.#askParts(cuts);
    this.#deeper.set(cuts, asked);
    return asked;
  }

  async #askParts(cuts: number): Promise<ByShard> {
    const { filterKeys = null } = this.#plan;
    const parts = await Promise.all(
      partFilters(this.#pushed, cuts).map((filter) => this.#ask(filter)),
    );
    const answered = parts.filter((part) => part !== null);
    if (answered.length < parts.length) return null;
    return this.#part({ ...joinParts(answered), filterKeys, mayDeepen: false });
  }

  async #ask(filter: IndexFilter | null): Promise<readonly IndexMatch[] | null> {
    const { vector, weights } = this.#query;
    const { placement } = this.#plan;
    if (placement === null || vector === null || weights.dense === 0) return null;
    return await this.#deps.nearest(placement, vector, filter);
  }

  #part(found: FoundMatches): ByShard {
    const { placement, shards } = this.#plan;
    return (
      placement && partNearest(found, placement, { shards, wanted: this.#query.candidatesMax })
    );
  }
}
