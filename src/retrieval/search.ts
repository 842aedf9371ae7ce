import type { FileId } from "../ids.ts";
import type { Filter } from "../knowledge/attributes.ts";
import type { FileWarning, FileWarnings } from "../knowledge/file-warnings.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { UnavailableReason } from "../model-unavailable.ts";
import { err, ok, type Result } from "../result.ts";
import { AnalysedQueries } from "./analysis/analysed-queries.ts";
import { type Analyzer, findAnalyzer, namedAnalyzer } from "./analysis/analyzer.ts";
import { weighTerms } from "./bm25.ts";
import { type Explanation, explainHit } from "./explain.ts";
import { type AskShardsDeps, askShards, type ShardAnswers } from "./fan-out/ask-shards.ts";
import type { KnownPlans } from "./fan-out/plan-cache.ts";
import { QueryVectors } from "./fan-out/query-vectors.ts";
import { defaultWeights, mergeShards, normalizeWeights } from "./fuse.ts";
import type {
  Embedder,
  QueryTerm,
  SearchHit,
  SearchPlan,
  SearchWeights,
  ShardQuery,
  ShardWork,
} from "./search-types.ts";

/** The dependencies of a search: the vector store object, its shards, and the embedding models. */
export type SearchDeps<Refusal> = AskShardsDeps & {
  /**
   * Reads from the vector store object the shards to query and the statistics of these terms. Refuses if the store
   * cannot be searched.
   */
  plan(terms: readonly string[]): Promise<Result<SearchPlan, Refusal>>;
  /** The cached plans of the store. */
  readonly known: KnownPlans;
  /** Reads the version of the store's content, to check a cached plan. Refuses like `plan`. */
  contentVersion(): Promise<Result<number, Refusal>>;
  embedder(model: string): Pick<Embedder, "embed">;
  /** Called when the vectors of the queries have another length than those of the store. */
  onOtherDimensions?(): void;
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
   * The next best chunks, each with the reason why it is not a result. Without `explain`, only those that the shards
   * returned anyway, since no others are asked for.
   */
  readonly cut: readonly CutHit[];
  readonly contentVersion: number;
  /** The version of the analyzer by which the store was searched; null for several stores. */
  readonly analyzer: number | null;
  /** Set if the embedding model `from` was unavailable for `reason`, so that only words were matched. */
  readonly degraded?: { readonly from: string; readonly reason: string };
  /** Set if a shard of the store was left out, since it failed or was slow: its chunks are missing. */
  readonly partial?: true;
  /** The work of each shard that has answered, if the request asked for an explanation. */
  readonly work?: ReadonlyMap<SearchShardNumber, ShardWork>;
};

/**
 * The parts of a search's result from which answers are made: the chunks found, the chunks beyond the limits, and the
 * marks that the search was degraded or partial.
 */
export type Findings = Pick<SearchOutcome, "hits" | "degraded" | "partial"> &
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
 * Searches one vector store: asks all its shards with the same statistics and merges their candidates.
 *
 * If the plan for the query's terms is cached, this takes one round of calls: the shards search while the store object
 * returns its content version. If the version differs from the plan's, the search is repeated with a new plan. So a
 * search that begins after a write or delete was acknowledged never returns results of an older plan. If a shard of the
 * plan is erased meanwhile, since another generation serves, the search is repeated, too.
 *
 * The queries are analysed by the version of the plan's generation. If another one serves than the store's last plan had,
 * a plan is asked for twice. Refuses if the store cannot be searched; throws if no shard answers, and `UnknownAnalyzer` if
 * a newer build has made the generation.
 */
export async function search<Refusal>(
  deps: SearchDeps<Refusal>,
  request: SearchRequest,
  signal?: AbortSignal,
): Promise<Result<SearchOutcome, Refusal>> {
  const queries = new AnalysedQueries(request.queries);
  const vectors = new QueryVectors(deps, request.queries, signal);
  const prepare = (plan: SearchPlan) => prepareSearch(plan, { request, queries, vectors });
  const known = deps.known.find((version) => queries.by(version).vocabulary);
  if (known) {
    const prepared = await prepare(known);
    const asked = askShards(deps, known, prepared);
    // If the plan turns out to be outdated, the answers are dropped, and a failure must not go unhandled.
    asked.catch(() => {});
    const version = await deps.contentVersion();
    if (!version.ok) {
      deps.known.forget();
      return version;
    }
    if (version.value === known.contentVersion) {
      const answers = await asked;
      if (!answers.isOutdated) return ok(await finishSearch(deps, request, prepared, answers));
    }
    deps.known.forget();
  }
  for (let plans = 1; ; plans++) {
    const planned = await makePlan(deps, queries);
    if (!planned.ok) return planned;
    const prepared = await prepare(planned.value);
    const answers = await askShards(deps, planned.value, prepared);
    if (!answers.isOutdated || plans === PLANS_MAX) {
      return ok(await finishSearch(deps, request, prepared, answers));
    }
    deps.known.forget();
  }
}

/** Plans that a search makes at most: more of them only help if the generation changes in the time of each. */
const PLANS_MAX = 3;

/** Asks for a plan for the terms of the queries by the version of the analyzer that the plan has, and caches it. */
async function makePlan<Refusal>(
  { plan, known }: Pick<SearchDeps<Refusal>, "plan" | "known">,
  queries: AnalysedQueries,
): Promise<Result<SearchPlan, Refusal>> {
  let version = known.analyzer();
  for (let plans = 1; plans <= PLANS_MAX; plans++) {
    const { vocabulary } = queries.by(version);
    const planned = await plan(vocabulary);
    if (!planned.ok) return planned;
    const own = namedAnalyzer(planned.value);
    if (own === version) {
      known.keep(vocabulary, planned.value);
      return planned;
    }
    // These terms are not those of the generation.
    version = own;
  }
  throw new Error("The generation of the store changed with each plan of the search");
}

/** A search that is prepared for a plan: its queries for the shards, and the values that explain the results. */
type PreparedSearch = {
  readonly plan: SearchPlan;
  readonly analyzer: Analyzer;
  readonly terms: readonly (readonly QueryTerm[])[];
  readonly weights: SearchWeights;
  readonly queries: readonly ShardQuery[];
  readonly explain: boolean;
  /** The reason why the search uses words alone; null if it uses vectors too, or was asked to use words alone. */
  readonly wordsAlone: string | null;
};

type Question = {
  readonly request: SearchRequest;
  readonly queries: AnalysedQueries;
  readonly vectors: Pick<QueryVectors, "read">;
};

async function prepareSearch(
  plan: SearchPlan,
  { request, queries: asked, vectors }: Question,
): Promise<PreparedSearch> {
  const analyzer = findAnalyzer(namedAnalyzer(plan));
  const { counts, vocabulary } = asked.by(analyzer.version);
  const documentCounts = new Map(
    vocabulary.map((term, index) => [term, plan.documentCounts[index] ?? 0]),
  );
  const terms = counts.map((own) =>
    weighTerms(own, plan.chunkCount, (term) => documentCounts.get(term) ?? 0),
  );
  const wanted = request.weights
    ? normalizeWeights(request.weights)
    : defaultWeights(plan.embeddingModel);
  const needsVectors = wanted.dense > 0 && plan.shards.length > 0;
  const embedded = needsVectors
    ? compareDimensions(await vectors.read(plan.embeddingModel), plan)
    : ok([]);
  const weights = embedded.ok ? wanted : WORDS_ALONE;
  const queries = terms.map((own, index) => ({
    terms: own,
    averageLength: plan.averageLength,
    vector: embedded.ok ? (embedded.value[index] ?? null) : null,
    weights,
    filter: request.filter,
    hidden: plan.hidden,
    candidatesMax: request.maxResults + (request.explain ? CUT_SHOWN : 0),
    nearest: null,
  }));
  const wordsAlone = embedded.ok ? null : embedded.error;
  const explain = request.explain ?? false;
  return { plan, analyzer, terms, weights, queries, explain, wordsAlone };
}

/** Refuses the vectors of a model that was replaced under its name: they cannot be compared with those of the store. */
function compareDimensions(
  embedded: Result<Float32Array[], string>,
  { dimensions }: SearchPlan,
): Result<Float32Array[], string> {
  if (!embedded.ok || dimensions === undefined) return embedded;
  const isSame = embedded.value.every(({ length }) => length === dimensions);
  return isSame ? embedded : err(OTHER_DIMENSIONS);
}

const OTHER_DIMENSIONS = "dimensions_changed" satisfies UnavailableReason;

async function finishSearch(
  deps: Pick<SearchDeps<unknown>, "warnings" | "onOtherDimensions">,
  request: SearchRequest,
  prepared: PreparedSearch,
  { candidates, work, isPartial }: ShardAnswers,
): Promise<SearchOutcome> {
  const { plan, weights, wordsAlone } = prepared;
  if (wordsAlone === OTHER_DIMENSIONS) deps.onOtherDimensions?.();
  const merged = mergeShards(candidates, weights);
  const shown = merged.slice(0, request.maxResults + CUT_SHOWN).map(({ fileId }) => fileId);
  const warnings = request.explain ? await deps.warnings([...new Set(shown)]) : NO_WARNINGS;
  return {
    ...cutHits(merged, request, { ...prepared, warnings }),
    ...(wordsAlone !== null && { degraded: { from: plan.embeddingModel, reason: wordsAlone } }),
    ...(isPartial && { partial: true }),
    ...(request.explain && { work }),
  };
}

const NO_WARNINGS: FileWarnings = new Map();
const WORDS_ALONE: SearchWeights = { lexical: 1, dense: 0 };

type SearchContext = Pick<PreparedSearch, "plan" | "analyzer" | "terms" | "weights"> & {
  readonly warnings: FileWarnings;
};

function cutHits(
  merged: readonly SearchHit[],
  { maxResults, scoreThreshold, explain }: SearchRequest,
  { plan, analyzer, terms, weights, warnings }: SearchContext,
): SearchOutcome {
  const { contentVersion, averageLength } = plan;
  const strong = merged.filter(({ score }) => score >= scoreThreshold);
  const hits = strong.slice(0, maxResults);
  const explained = (hit: SearchHit): ExplainedHit => {
    if (!explain) return hit;
    const parts = explainHit(hit, terms, { analyzer, averageLength }, weights);
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
    analyzer: analyzer.version,
  };
}
