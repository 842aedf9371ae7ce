import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";
import type {
  ExplainedCandidates,
  SearchPlan,
  ShardCandidate,
  ShardQuery,
  ShardWork,
} from "../search-types.ts";
import { sumWork } from "../shard/shard-work.ts";
import { type NearestChunks, partNearest } from "../vectorize/nearest-chunks.ts";
import type { DensePlacement } from "../vectorize/placement.ts";
import type { IndexMatch } from "../vectorize/vector-index.ts";
import { gatherAnswers } from "./gather-answers.ts";

/** Time after the first answer of a store's shards until those that have not answered are left out, in milliseconds. */
export const SHARD_MS = 1_500;

/** The dependencies of `askShards`: the shards of a store. */
export type AskShardsDeps = {
  shard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
  ): Promise<readonly ShardCandidate[]>;
  /** Asks a shard as `shard` does, and for the work that it did. */
  explainedShard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
  ): Promise<ExplainedCandidates>;
  /**
   * Finds the vectors nearest to a question's in the vector index of a store; null if the index does not answer. Then the
   * shards search their vectors themselves.
   */
  nearest(placement: DensePlacement, vector: Float32Array): Promise<readonly IndexMatch[] | null>;
  /** Called for each shard that the search leaves out, with the error or a timeout as the reason. */
  onLeftOut(number: SearchShardNumber, reason: unknown): void;
};

/** The candidates of the shards that answered. `isPartial` is true if a shard of the store did not answer. */
export type ShardAnswers = {
  /** The work of each shard that has answered, if the request asked for an explanation. */
  readonly work: ReadonlyMap<SearchShardNumber, ShardWork>;
  readonly candidates: readonly (readonly ShardCandidate[])[];
  readonly isPartial: boolean;
};

/**
 * Asks all shards of a plan for their candidates for all queries, in one round of calls. With `explain`, also asks for
 * the work that they did. If the store's vectors are in a vector index, asks that first for the nearest ones. A shard
 * that fails or is slow is left out for all queries. Throws the error of a shard if no shard answers.
 */
export async function askShards(
  deps: AskShardsDeps,
  { generation, shards, unavailable, placement }: SearchPlan,
  {
    queries,
    explain = false,
  }: { readonly queries: readonly ShardQuery[]; readonly explain?: boolean },
): Promise<ShardAnswers> {
  const ask = async (number: SearchShardNumber, query: ShardQuery) =>
    explain
      ? await deps.explainedShard(generation, number, query)
      : { candidates: await deps.shard(generation, number, query), work: null };
  // Without a vector index nothing is waited for: the shards are called in this turn.
  const nearest = placement
    ? await Promise.all(queries.map((query) => findNearest(deps, query, { placement, shards })))
    : [];
  const calls = new Map(
    shards.map((number) => [
      number,
      Promise.all(
        queries.map((query, at) =>
          ask(number, { ...query, nearest: nearest[at]?.get(number) ?? null }),
        ),
      ),
    ]),
  );
  const { answers, missing } = await gatherAnswers(calls, SHARD_MS);
  for (const [number, reason] of missing) deps.onLeftOut(number, reason);
  const listWork = (number: SearchShardNumber) =>
    (answers.get(number) ?? []).flatMap(({ work }) => work ?? []);
  return {
    candidates: [...answers.values()].flat().map(({ candidates }) => candidates),
    work: new Map(
      explain
        ? shards
            .filter((number) => answers.has(number))
            .map((number) => [number, sumWork(listWork(number))])
        : [],
    ),
    isPartial: missing.size > 0 || unavailable.length > 0,
  };
}

/** Asks the vector index of a store, and parts what it finds among the shards; null without a vector or an answer. */
async function findNearest(
  deps: Pick<AskShardsDeps, "nearest">,
  { vector, weights, candidatesMax }: ShardQuery,
  { placement, shards }: Pick<SearchPlan, "shards"> & { readonly placement: DensePlacement },
): Promise<ReadonlyMap<SearchShardNumber, NearestChunks> | null> {
  if (vector === null || weights.dense === 0) return null;
  const matches = await deps.nearest(placement, vector);
  return matches && partNearest(matches, placement, { shards, wanted: candidatesMax });
}
