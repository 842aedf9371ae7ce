import { z } from "zod";

import { GROUNDING } from "../../conversation/response-request.ts";
import type { VectorStoreId } from "../../ids.ts";
import { FilterParam } from "../../knowledge/filter-param.ts";
import { RankingOptionsParam, readRanking } from "../../knowledge/ranking-param.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import { findAnalyzer } from "../../retrieval/analysis/analyzer.ts";
import type { SearchOutcome, SearchRequest } from "../../retrieval/search.ts";
import { COMPONENTS } from "../route/components.ts";
import { CREATES_NOTHING, Reply } from "../route/declaration.ts";
import { FILE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { ResultsBody, resultsBody } from "./search-body.ts";

/** The dependencies of the route that searches a vector store. */
export type StoreSearchDeps = {
  search(storeId: VectorStoreId, request: SearchRequest): Promise<Result<SearchOutcome, Refusal>>;
};

FilterParam.register(COMPONENTS, { id: "Filter" });

/**
 * The value of `include` that adds highlights to each result, the words that match the query: an extension by Edgewise.
 */
const HIGHLIGHTS = "edgewise.highlights";

const QUERY_LENGTH_MAX = 8_000;
const QUERIES_MAX = 16;

const Query = z.string().trim().min(1).max(QUERY_LENGTH_MAX);

const SearchBody = z.strictObject({
  query: z
    .union([Query, z.array(Query).min(1).max(QUERIES_MAX)])
    .describe("The text to search for, or up to 16 texts, of 1 to 8,000 characters each."),
  filters: FilterParam.nullish().describe("Search only files whose attributes match this filter."),
  max_num_results: z
    .number()
    .int()
    .min(1)
    .max(50)
    .default(10)
    .describe("Maximum number of chunks in the answer."),
  ranking_options: RankingOptionsParam.nullish().describe("Options of ranking."),
  include: z
    .array(z.enum([GROUNDING, HIGHLIGHTS]))
    .nullish()
    .describe(
      "Edgewise extension: members to add to each result. `edgewise.grounding` adds `heading_path`, `page`, `table` and `row`; `edgewise.highlights` adds `highlights`.",
    ),
  explain: z
    .boolean()
    .default(false)
    .describe("Edgewise extension: adds the parts of every score."),
});

const EXAMPLE = {
  object: "vector_store.search_results.page",
  search_query: ["How many days of leave?"],
  data: [
    {
      file_id: FILE_PARAM.example,
      filename: "handbook.md",
      score: 0.82,
      attributes: { department: "people" },
      content: [{ type: "text", text: "Employees have 30 days of annual leave." }],
    },
  ],
  has_more: false,
  next_page: null,
} satisfies z.input<typeof ResultsBody>;

const route = routesWith<StoreSearchDeps>();

/**
 * The route of OpenAI's vector store search. `explain` is an extension by Edgewise that shows how each score was
 * computed.
 */
export const vectorStoreSearchRoutes = [
  route(
    {
      access: "project",
      tag: "Vector stores",
      method: "POST",
      path: "/v1/vector_stores/{vector_store_id}/search",
      summary: "Search a vector store",
      description:
        "Combines lexical and semantic search. Scores are from 0 to 1 and comparable between stores.",
      params: { vector_store_id: VECTOR_STORE_PARAM },
      body: SearchBody,
      others: { rewrite_query: "accepted" },
      idempotency: CREATES_NOTHING,
      response: ResultsBody,
      refusals: ["vector_store_expired"],
      example: { body: { query: "How many days of leave?" }, response: EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: id }, body }) => {
      const { query, filters, max_num_results, ranking_options, explain, include } = body;
      const queries = typeof query === "string" ? [query] : query;
      const found = await deps.search(id, {
        queries,
        filter: filters ?? null,
        maxResults: max_num_results,
        ...readRanking(ranking_options),
        explain,
      });
      if (!found.ok) return found;
      const results = resultsBody(queries, found.value, {
        explain,
        places: include?.includes(GROUNDING) === true,
        highlights: include?.includes(HIGHLIGHTS)
          ? readHighlighted(queries, found.value.analyzer)
          : null,
      });
      const { degraded } = found.value;
      return ok(new Reply(results, degraded ? { "x-edgewise-degraded": degraded.reason } : {}));
    },
  ),
];

/** Returns the index terms of queries by the version of the analyzer that the store was searched by. */
function readHighlighted(queries: readonly string[], version: number | null) {
  if (version === null) throw new Error("A search of one store was made by several analyzers");
  const analyzer = findAnalyzer(version);
  return { terms: new Set(queries.flatMap((text) => analyzer.indexTerms(text))), analyzer };
}
