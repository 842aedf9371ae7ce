import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";
import type { SearchPlan, ShardCandidate, ShardQuery } from "../search-types.ts";
import { gatherAnswers } from "./gather-answers.ts";

/** Milliseconds after the first answer of a store's shards at which those that have not answered are left out. */
export const SHARD_MS = 1_500;

/** The dependencies of `askShards`: the shards of a store. */
export type AskShardsDeps = {
  shard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
  ): Promise<ShardCandidate[]>;
  /** Reports that the search goes on without a shard, and the reason. */
  onLeftOut(number: SearchShardNumber, reason: unknown): void;
};

/** The candidates of the shards that have answered. `isPartial`: those of another shard are missing. */
export type ShardAnswers = {
  readonly candidates: readonly (readonly ShardCandidate[])[];
  readonly isPartial: boolean;
};

/**
 * Asks the shards of a plan for their candidates for all queries, in one round of calls. A shard that fails or is slow
 * is left out with all its candidates. Throws the error of a shard if none of them answers.
 */
export async function askShards(
  deps: AskShardsDeps,
  { generation, shards, unavailable }: SearchPlan,
  queries: readonly ShardQuery[],
): Promise<ShardAnswers> {
  const ask = (number: SearchShardNumber) =>
    Promise.all(queries.map((query) => deps.shard(generation, number, query)));
  const calls = new Map(shards.map((number) => [number, ask(number)]));
  const { answers, missing } = await gatherAnswers(calls, SHARD_MS);
  for (const [number, reason] of missing) deps.onLeftOut(number, reason);
  return {
    candidates: [...answers.values()].flat(),
    isPartial: missing.size > 0 || unavailable.length > 0,
  };
}
