import { Hono } from "hono";
import { z } from "zod";

import type { VectorStoreId } from "../../ids.ts";
import { FilterParam } from "../../knowledge/filter-param.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { Refusal } from "../../refusal.ts";
import type { Result } from "../../result.ts";
import type { ExplainedHit, SearchOutcome, SearchRequest } from "../../retrieval/search.ts";
import type { AppEnv } from "../app-env.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson } from "../request/request.ts";
import { storeIdOf } from "./vector-store-id.ts";

export type StoreSearchDeps = {
  search(storeId: VectorStoreId, request: SearchRequest): Promise<Result<SearchOutcome, Refusal>>;
};

const QUERY_LENGTH_MAX = 8_000;
const QUERIES_MAX = 16;

const Query = z.string().trim().min(1).max(QUERY_LENGTH_MAX);

/** Lexical and dense weights; they need not sum to one, only their ratio counts. */
export const HybridSearchParam = z
  .strictObject({ embedding_weight: z.number().min(0), text_weight: z.number().min(0) })
  .refine(({ embedding_weight, text_weight }) => embedding_weight + text_weight > 0, {
    error: "one of the weights must be above 0",
  })
  .transform((weights) => ({ lexical: weights.text_weight, dense: weights.embedding_weight }));

/** There is one ranker, so all of OpenAI's names for one mean it. */
export const RankingOptionsParam = z.strictObject({
  ranker: z.enum(["none", "auto", "default-2024-11-15"]).optional(),
  score_threshold: z.number().min(0).max(1).optional(),
  hybrid_search: HybridSearchParam.nullish(),
});

/**
 * `rewrite_query` is accepted: a search that stands alone has no conversation to rewrite it from, and
 * `search_query` of the response says what was searched for.
 */
const SearchBody = z.strictObject({
  query: z.union([Query, z.array(Query).min(1).max(QUERIES_MAX)]),
  filters: FilterParam.nullish(),
  max_num_results: z.number().int().min(1).max(50).default(10),
  ranking_options: RankingOptionsParam.nullish(),
  rewrite_query: z.boolean().nullish(),
  explain: z.boolean().default(false),
});

export const SEARCH_REQUESTS: RequestShapes = {
  "POST /v1/vector_stores/{vector_store_id}/search": { body: SearchBody },
};

/** OpenAI's search of a vector store; `explain` is ours and adds the parts of every score. */
export const vectorStoreSearchRoutes = (depsFor: (env: Env, scope: Scope) => StoreSearchDeps) =>
  new Hono<AppEnv>().post("/:storeId/search", async (c) => {
    const id = storeIdOf(c);
    if (!id.ok) return problem(c, id.error);
    const body = await readJson(c, SearchBody);
    if (!body.ok) return problem(c, body.error);
    const { query, filters, max_num_results, ranking_options, explain } = body.value;
    const queries = typeof query === "string" ? [query] : query;
    const found = await depsFor(c.env, c.get("scope")).search(id.value, {
      queries,
      filter: filters ?? null,
      maxResults: max_num_results,
      scoreThreshold: ranking_options?.score_threshold ?? 0,
      weights: ranking_options?.hybrid_search ?? null,
      explain,
    });
    if (!found.ok) return problem(c, found.error);
    const { hits, cut } = found.value;
    return c.json({
      object: "vector_store.search_results.page",
      search_query: queries,
      data: hits.map(hitBody),
      has_more: false,
      next_page: null,
      ...(explain ? { cut: cut.map((hit) => ({ ...hitBody(hit), reason: hit.reason })) } : {}),
    });
  });

function hitBody(hit: ExplainedHit) {
  const { fileId, filename, score, attributes, text, explanation } = hit;
  return {
    file_id: fileId,
    filename,
    score: Math.min(1, Math.max(0, score)),
    attributes,
    content: [{ type: "text" as const, text }],
    ...(explanation && {
      explanation: {
        chunk_id: hit.chunkId,
        start_index: hit.start,
        end_index: hit.end,
        ...explanation,
      },
    }),
  };
}
