import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";
import type {
  ExplainedCandidates,
  SearchPlan,
  ShardCandidate,
  ShardQuery,
  ShardWork,
} from "../search-types.ts";
import { sumWork } from "../shard/shard-work.ts";
import { gatherAnswers } from "./gather-answers.ts";

/** Milliseconds after the first answer of a store's shards at which those that have not answered are left out. */
export const SHARD_MS = 1_500;

/** The dependencies of `askShards`: the shards of a store. */
export type AskShardsDeps = {
  shard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
  ): Promise<readonly ShardCandidate[]>;
  /** Asks a shard as `shard` does, also for the work that it did. */
  explainedShard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
  ): Promise<ExplainedCandidates>;
  /** Reports that the search goes on without a shard, and the reason. */
  onLeftOut(number: SearchShardNumber, reason: unknown): void;
};

/** The candidates of the shards that have answered. `isPartial`: those of another shard are missing. */
export type ShardAnswers = {
  /** The work of each shard that has answered, if the request asked for an explanation. */
  readonly work: ReadonlyMap<SearchShardNumber, ShardWork>;
  readonly candidates: readonly (readonly ShardCandidate[])[];
  readonly isPartial: boolean;
};

/**
 * Asks the shards of a plan for their candidates for all queries, in one round of calls, and if `explain` is true for
 * their work. A shard that fails or is slow
 * is left out with all its candidates. Throws the error of a shard if none of them answers.
 */
export async function askShards(
  deps: AskShardsDeps,
  { generation, shards, unavailable }: SearchPlan,
  {
    queries,
    explain = false,
  }: { readonly queries: readonly ShardQuery[]; readonly explain?: boolean },
): Promise<ShardAnswers> {
  const ask = async (number: SearchShardNumber, query: ShardQuery) =>
    explain
      ? await deps.explainedShard(generation, number, query)
      : { candidates: await deps.shard(generation, number, query), work: null };
  const calls = new Map(
    shards.map((number) => [number, Promise.all(queries.map((query) => ask(number, query)))]),
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
