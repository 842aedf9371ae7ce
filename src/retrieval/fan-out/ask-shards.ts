import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";
import type { FollowedShard } from "../follow-point.ts";
import type {
  ExplainedCandidates,
  SearchPlan,
  ShardCandidate,
  ShardQuery,
  ShardWork,
} from "../search-types.ts";
import { sumWork } from "../shard/shard-work.ts";
import { gatherAnswers } from "./gather-answers.ts";
import { type NearestDeps, NearestSearch } from "./nearest-search.ts";

/** Time after the first answer of a store's shards until those that have not answered are left out, in milliseconds. */
export const SHARD_MS = 1_500;

/** The dependencies of `askShards`: the shards of a store. */
export type AskShardsDeps = NearestDeps & {
  /** Asks a shard, or one of its followers, if it has some. Returns null if the shard is erased. */
  shard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
    followed: FollowedShard | null,
  ): Promise<readonly ShardCandidate[] | null>;
  /** Asks as `shard` does, and for the work that the shard or the follower did. */
  explainedShard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
    followed: FollowedShard | null,
  ): Promise<ExplainedCandidates | null>;
  /** Called for each shard that the search leaves out, with the error or a timeout as the reason. */
  onLeftOut(number: SearchShardNumber, reason: unknown): void;
};

/**
 * The candidates of the shards that answered. `isPartial` is true if a shard of the store did not answer or is erased,
 * `isOutdated` if one is erased: the plan is of a generation that has gone since, and all or some of it is missing.
 */
export type ShardAnswers = {
  /** The work of each shard that has answered, if the request asked for an explanation. */
  readonly work: ReadonlyMap<SearchShardNumber, ShardWork>;
  readonly candidates: readonly (readonly ShardCandidate[])[];
  readonly isPartial: boolean;
  readonly isOutdated: boolean;
};

/** The answer of a shard; the work is null if nobody asked for it. */
type ShardAnswer = Omit<ExplainedCandidates, "work"> & { readonly work: ShardWork | null };

/**
 * Asks all shards of a plan for their candidates for all queries, in one round of calls. With `explain`, also asks for
 * the work that they did. If the store's vectors are in a vector index, asks that first for the nearest ones, and once
 * more for those shards for which too few of them pass the filter. A shard that fails or is slow is left out for all
 * queries. Throws the error of a shard if no shard answers.
 */
export async function askShards(
  deps: AskShardsDeps,
  plan: SearchPlan,
  {
    queries,
    explain = false,
  }: { readonly queries: readonly ShardQuery[]; readonly explain?: boolean },
): Promise<ShardAnswers> {
  const { generation, shards, unavailable, placement } = plan;
  const copies = new Map(plan.followed.map((one) => [one.shard, one]));
  const ask = async (number: SearchShardNumber, query: ShardQuery): Promise<ShardAnswer | null> => {
    const own = copies.get(number) ?? null;
    if (explain || query.nearest?.mayDeepen) {
      return await deps.explainedShard(generation, number, query, own);
    }
    const candidates = await deps.shard(generation, number, query, own);
    return candidates && { candidates, work: null };
  };
  // Without a vector index nothing is waited for: the shards are called in this turn.
  const searches = placement ? queries.map((query) => new NearestSearch(deps, plan, query)) : [];
  const first = placement ? await Promise.all(searches.map((one) => one.first())) : [];
  const askDeeper = async (number: SearchShardNumber, query: ShardQuery, at: number) => {
    const answer = await ask(number, { ...query, nearest: first[at]?.get(number) ?? null });
    if (answer?.depth === undefined) return answer;
    const deeper = await searches[at]?.deeper(answer.depth);
    return await ask(number, { ...query, nearest: deeper?.get(number) ?? null });
  };
  const calls = new Map(
    shards.map((number) => [
      number,
      Promise.all(queries.map((query, at) => askDeeper(number, query, at))),
    ]),
  );
  const { answers, missing } = await gatherAnswers(calls, SHARD_MS);
  for (const [number, reason] of missing) deps.onLeftOut(number, reason);
  const isPartial = missing.size > 0 || unavailable.length > 0;
  return joinAnswers(answers, { explain, isPartial });
}

/** Joins the answers of shards to all queries. An erased shard has answered null. */
function joinAnswers(
  answers: ReadonlyMap<SearchShardNumber, readonly (ShardAnswer | null)[]>,
  { explain, isPartial }: { readonly explain: boolean; readonly isPartial: boolean },
): ShardAnswers {
  const given = [...answers.values()].flat();
  const isOutdated = given.includes(null);
  const work = [...answers]
    .toSorted(([one], [other]) => one - other)
    .map(
      ([number, own]) => [number, sumWork(own.flatMap((answer) => answer?.work ?? []))] as const,
    );
  return {
    candidates: given.flatMap((answer) => (answer ? [answer.candidates] : [])),
    work: new Map(explain ? work : []),
    isPartial: isPartial || isOutdated,
    isOutdated,
  };
}
