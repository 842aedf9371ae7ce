import type { FileId } from "../ids.ts";
import type { Filter } from "../knowledge/attributes.ts";
import type { FileWarning, FileWarnings } from "../knowledge/file-warnings.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import { ModelUnavailable } from "../model-unavailable.ts";
import { err, ok, type Result } from "../result.ts";
import { weighTerms } from "./bm25.ts";
import { type Explanation, explainHit } from "./explain.ts";
import { defaultWeights, mergeShards, normalizeWeights } from "./fuse.ts";
import type {
  ShardCandidate,
  Embedder,
  QueryTerm,
  SearchHit,
  SearchPlan,
  SearchWeights,
  ShardQuery,
} from "./search-types.ts";
import { queryTerms } from "./tokenize.ts";

/** The dependencies of a search: the vector store object, its shards, and the embedding models. */
export type SearchDeps<Refusal> = {
  /**
   * Reads from the vector store object the shards to query and the statistics of these terms. Refuses if the store
   * cannot be searched.
   */
  plan(terms: readonly string[]): Promise<Result<SearchPlan, Refusal>>;
  shard(
    generation: number,
    number: SearchShardNumber,
    query: ShardQuery,
  ): Promise<ShardCandidate[]>;
  embedder(model: string): Embedder;
  /** Reads the warnings of files from the vector store object. Called for an explanation only. */
  warnings(fileIds: readonly FileId[]): Promise<FileWarnings>;
};

/** The queries, filter and limits of a search in one vector store. */
export type SearchRequest = {
  /** The texts to search for. A chunk that several of them find keeps its best score. */
  readonly queries: readonly string[];
  readonly filter: Filter | null;
  readonly maxResults: number;
  /** Results with a lower combined score are left out; 0 keeps all. */
  readonly scoreThreshold: number;
  /** The weights of the lexical and the dense score; null for those that suit the store's embedding model best. */
  readonly weights: SearchWeights | null;
  readonly explain?: boolean;
};

/** The result of a search: the chunks found, best first. */
export type SearchOutcome = {
  readonly hits: readonly ExplainedHit[];
  /**
   * The next best chunks, each with the reason why it is not a result. Without explanations only those that the search
   * came across, since it asks the shards for no others.
   */
  readonly cut: readonly CutHit[];
  readonly contentVersion: number;
  /** Set if the embedding model `from` was unavailable for `reason`, so that only words were matched. */
  readonly degraded?: { readonly from: string; readonly reason: string };
};

/**
 * The parts of a search's result from which answers are made: the chunks found, and whether the search was degraded.
 */
export type Findings = Pick<SearchOutcome, "hits" | "degraded"> &
  Partial<Pick<SearchOutcome, "cut">>;

/** A search result with the parts of its score and the warnings of its file, if the request asked for an explanation. */
export type ExplainedHit = SearchHit & {
  readonly explanation?: Explanation & { readonly warnings: readonly FileWarning[] };
};
/** A chunk that is not among the hits, with the limit that excluded it. */
export type CutHit = ExplainedHit & { readonly reason: "score_threshold" | "max_num_results" };

/** Maximum number of cut hits in an explanation. */
const CUT_SHOWN = 10;

/**
 * Searches one vector store: asks all its shards with the same statistics and merges their candidates. If a shard
 * fails, the search throws: results that are silently missing are worse than an error that can be retried.
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
  const merged = mergeShards(found, weights);
  const shown = merged.slice(0, request.maxResults + CUT_SHOWN).map(({ fileId }) => fileId);
  const warnings = request.explain ? await deps.warnings([...new Set(shown)]) : NO_WARNINGS;
  const outcome = cutHits(merged, request, { plan, terms, weights, warnings });
  if (embedded.ok) return ok(outcome);
  return ok({ ...outcome, degraded: { from: plan.embeddingModel, reason: embedded.error } });
}

const NO_WARNINGS: FileWarnings = new Map();
const WORDS_ALONE: SearchWeights = { lexical: 1, dense: 0 };

/** Maximum time that a search waits for the vectors of its queries. After that it continues without them. */
const EMBED_MS = 1_500;

/**
 * Returns the vectors of the queries, or the reason why there are none. A search by words alone needs none and calls no
 * model. An unavailable model makes the results worse, but the search still answers.
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

type SearchContext = {
  readonly plan: SearchPlan;
  readonly terms: readonly (readonly QueryTerm[])[];
  readonly weights: SearchWeights;
  readonly warnings: FileWarnings;
};

function cutHits(
  merged: readonly SearchHit[],
  { maxResults, scoreThreshold, explain }: SearchRequest,
  { plan, terms, weights, warnings }: SearchContext,
): SearchOutcome {
  const { contentVersion, averageLength } = plan;
  const strong = merged.filter(({ score }) => score >= scoreThreshold);
  const hits = strong.slice(0, maxResults);
  const explained = (hit: SearchHit): ExplainedHit => {
    if (!explain) return hit;
    const parts = explainHit(hit, terms, averageLength, weights);
    return { ...hit, explanation: { ...parts, warnings: warnings.get(hit.fileId) ?? [] } };
  };
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
