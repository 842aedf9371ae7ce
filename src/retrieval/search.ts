import type { Filter } from "../knowledge/attributes.ts";
import { ok, type Result } from "../result.ts";
import { weighTerms } from "./bm25.ts";
import { type Explanation, explainHit } from "./explain.ts";
import { defaultWeights, mergeShards, normalizeWeights } from "./fuse.ts";
import type {
  Candidate,
  Embedder,
  QueryTerm,
  SearchHit,
  SearchPlan,
  SearchWeights,
  ShardQuery,
} from "./search-types.ts";
import { queryTerms } from "./tokenize.ts";

export type SearchDeps<Refusal> = {
  /** Asks the store object for its shards and for the statistics of these terms. */
  plan(terms: readonly string[]): Promise<Result<SearchPlan, Refusal>>;
  shard(generation: number, number: number, query: ShardQuery): Promise<Candidate[]>;
  embedder(model: string): Embedder;
};

export type SearchRequest = {
  /** A passage that several queries find counts with its best score. */
  readonly queries: readonly string[];
  readonly filter: Filter | null;
  readonly maxResults: number;
  /** Hits with a lower fused score are left out; 0 leaves out none. */
  readonly scoreThreshold: number;
  /** Null takes what was measured to be best for the store's embedding model. */
  readonly weights: SearchWeights | null;
  readonly explain?: boolean;
};

export type SearchOutcome = {
  readonly hits: readonly ExplainedHit[];
  /** When explanations were asked for: the next best, and why they are not among the hits. */
  readonly cut: readonly CutHit[];
  readonly contentVersion: number;
};

export type ExplainedHit = SearchHit & { readonly explanation?: Explanation };
export type CutHit = ExplainedHit & { readonly reason: "score_threshold" | "max_num_results" };

/** How many cut hits an explanation shows. */
const CUT_SHOWN = 10;

/**
 * Searches all shards of a store with the same corpus-wide weights and merges what they find. A shard that
 * fails fails the search, because results that are silently missing are worse than an error that can be retried.
 */
export async function search<Refusal>(
  deps: SearchDeps<Refusal>,
  request: SearchRequest,
  signal?: AbortSignal,
): Promise<Result<SearchOutcome, Refusal>> {
  const counts = request.queries.map(queryTerms);
  const vocabulary = [...new Set(counts.flatMap((terms) => [...terms.keys()]))];
  const planned = await deps.plan(vocabulary);
  if (!planned.ok) return planned;
  const plan = planned.value;
  const documentCounts = new Map(
    vocabulary.map((term, index) => [term, plan.documentCounts[index] ?? 0]),
  );
  const terms = counts.map((own) =>
    weighTerms(own, plan.chunkCount, (term) => documentCounts.get(term) ?? 0),
  );
  const weights = request.weights
    ? normalizeWeights(request.weights)
    : defaultWeights(plan.embeddingModel);
  const vectors = await embedQueries(deps, plan, weights, request.queries, signal);
  const shardQueries = terms.map((own, index) => ({
    terms: own,
    averageLength: plan.averageLength,
    vector: vectors[index] ?? null,
    weights,
    filter: request.filter,
    hidden: plan.hidden,
    candidatesMax: request.maxResults + (request.explain ? CUT_SHOWN : 0),
  }));
  const found = await Promise.all(
    plan.shards.flatMap((number) =>
      shardQueries.map((query) => deps.shard(plan.generation, number, query)),
    ),
  );
  return ok(cutHits(mergeShards(found, weights), request, { plan, terms, weights }));
}

/** Words alone need no vector, and then no model is asked. */
async function embedQueries<Refusal>(
  deps: SearchDeps<Refusal>,
  plan: SearchPlan,
  weights: SearchWeights,
  queries: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  if (weights.dense <= 0 || plan.shards.length === 0) return [];
  return deps.embedder(plan.embeddingModel).embed(queries, signal);
}

type Weighing = {
  readonly plan: SearchPlan;
  readonly terms: readonly (readonly QueryTerm[])[];
  readonly weights: SearchWeights;
};

function cutHits(
  merged: readonly SearchHit[],
  { maxResults, scoreThreshold, explain }: SearchRequest,
  { plan, terms, weights }: Weighing,
): SearchOutcome {
  const { contentVersion, averageLength } = plan;
  const strong = merged.filter(({ score }) => score >= scoreThreshold);
  const hits = strong.slice(0, maxResults);
  if (!explain) return { hits, cut: [], contentVersion };
  const explained = (hit: SearchHit): ExplainedHit => ({
    ...hit,
    explanation: explainHit(hit, terms, averageLength, weights),
  });
  const beyond = strong
    .slice(maxResults)
    .map((hit) => ({ hit, reason: "max_num_results" as const }));
  const weak = merged
    .slice(strong.length)
    .map((hit) => ({ hit, reason: "score_threshold" as const }));
  const cut = [...beyond, ...weak].slice(0, CUT_SHOWN);
  return {
    hits: hits.map(explained),
    cut: cut.map(({ hit, reason }) => ({ ...explained(hit), reason })),
    contentVersion,
  };
}
