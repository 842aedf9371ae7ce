import type { Filter } from "../knowledge/attributes.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import { ModelUnavailable } from "../model-unavailable.ts";
import { err, ok, type Result } from "../result.ts";
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
  shard(generation: number, number: SearchShardNumber, query: ShardQuery): Promise<Candidate[]>;
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
  /** Set when the embedding model was out of reach and the words alone were searched; `from` is its name. */
  readonly degraded?: { readonly from: string; readonly reason: string };
};

/** The part of an outcome that answers are made from. */
export type Findings = Pick<SearchOutcome, "hits" | "degraded">;

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
  const wanted = request.weights
    ? normalizeWeights(request.weights)
    : defaultWeights(plan.embeddingModel);
  const embedded = await embedQueries(deps, plan, wanted, request.queries, signal);
  const vectors = embedded.ok ? embedded.value : [];
  const weights = embedded.ok ? wanted : WORDS_ALONE;
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
  const outcome = cutHits(mergeShards(found, weights), request, { plan, terms, weights });
  if (embedded.ok) return ok(outcome);
  return ok({ ...outcome, degraded: { from: plan.embeddingModel, reason: embedded.error } });
}

const WORDS_ALONE: SearchWeights = { lexical: 1, dense: 0 };

/** A search waits so long for the vectors of its queries, then it goes on without. */
const EMBED_MS = 1_500;

/**
 * The vectors of the queries, or why there are none. Words alone need none, and then no model is asked. A
 * model that is out of reach costs a search its sense of meaning, not its answer.
 */
async function embedQueries<Refusal>(
  deps: SearchDeps<Refusal>,
  plan: SearchPlan,
  weights: SearchWeights,
  queries: readonly string[],
  signal?: AbortSignal,
): Promise<Result<Float32Array[], string>> {
  if (weights.dense <= 0 || plan.shards.length === 0) return ok([]);
  const timeout = AbortSignal.timeout(EMBED_MS);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    return ok(await deps.embedder(plan.embeddingModel).embed(queries, either));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ModelUnavailable) return err(error.reason);
    if (timeout.aborted) return err("timeout");
    throw error;
  }
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
