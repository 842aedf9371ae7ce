import { z } from "zod";

import { GROUNDING } from "../../conversation/response-request.ts";
import type { VectorStoreId } from "../../ids.ts";
import { findPlace } from "../../knowledge/chunk-places.ts";
import { FilterParam } from "../../knowledge/filter-param.ts";
import { splitHeading } from "../../knowledge/heading-path.ts";
import { RankingOptionsParam, readRanking } from "../../knowledge/ranking-param.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import { findHighlights } from "../../retrieval/highlight/find-highlights.ts";
import type { ExplainedHit, SearchOutcome, SearchRequest } from "../../retrieval/search.ts";
import { queryTerms } from "../../retrieval/tokenize.ts";
import { objectType, OnlyPage } from "../fields.ts";
import { HeadingPathBody, PageBody, RowBody, TableBody } from "../place-body.ts";
import { COMPONENTS } from "../route/components.ts";
import { CREATES_NOTHING } from "../route/declaration.ts";
import { FILE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { AttributesBody } from "./vector-store-body.ts";
import { WarningsBody, warningsBody } from "./warnings-body.ts";

/** The dependencies of the route that searches a vector store. */
export type StoreSearchDeps = {
  search(storeId: VectorStoreId, request: SearchRequest): Promise<Result<SearchOutcome, Refusal>>;
};

FilterParam.register(COMPONENTS, { id: "Filter" });

/** The value of `include` that asks for the words of each result that match the query: an extension by Edgewise. */
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

const TermBody = z.strictObject({
  term: z.string().describe("A word of the query, in the form that the index has."),
  count: z.number().describe("Occurrences of the term in the query."),
  idf: z.number().describe("Inverse document frequency: high for a term that few chunks contain."),
  frequency: z.number().describe("Occurrences of the term in the chunk."),
  contribution: z.number().describe("The term's share of the lexical score."),
});
const ExplanationBody = z
  .strictObject({
    chunk_id: z.string().describe("Id of the chunk."),
    start_index: z
      .number()
      .int()
      .describe("Start of the chunk in the extracted text, in UTF-16 code units."),
    end_index: z.number().int().describe("End of the chunk in the extracted text, exclusive."),
    score: z.number().describe("The weighted sum of the two scores, from 0 to 1."),
    weights: z
      .strictObject({
        lexical: z.number().describe("Weight of the lexical score."),
        dense: z.number().describe("Weight of the semantic score."),
      })
      .describe("The weights of the two scores; they add up to 1."),
    dense: z.number().describe("The semantic score: similarity of the vectors, from 0 to 1."),
    lexical: z
      .strictObject({
        score: z.number().describe("The lexical score (BM25), from 0 to 1."),
        length: z.number().describe("Number of index terms in the chunk."),
        averageLength: z
          .number()
          .describe("Average number of index terms in a chunk of the store."),
        terms: z
          .array(TermBody)
          .describe("The terms of the query, each with its share of the score."),
      })
      .describe("The lexical score and its parts."),
    warnings: WarningsBody,
  })
  .describe("The parts of the score of a chunk.")
  .register(COMPONENTS, { id: "SearchExplanation" });
const HitBody = z
  .strictObject({
    file_id: z.string().describe("Id of the file that contains the chunk."),
    filename: z.string().describe("Name of the file that contains the chunk."),
    score: z
      .number()
      .min(0)
      .max(1)
      .describe("Score of the chunk for the query, from 0 to 1; comparable between stores."),
    attributes: AttributesBody,
    content: z
      .array(
        z.strictObject({
          type: z.literal("text").describe("Type of the part."),
          text: z.string().describe("The text of the chunk."),
        }),
      )
      .describe("The text of the chunk, as a list of one part."),
    highlights: z
      .array(
        z.strictObject({
          start_index: z.number().int().describe("Start in the text, in UTF-16 code units."),
          end_index: z.number().int().describe("End in the text, exclusive."),
        }),
      )
      .optional()
      .describe(
        "The words of the text that match the query, in order, at most 500. Present when `include` names `edgewise.highlights`.",
      ),
    heading_path: HeadingPathBody.optional(),
    page: PageBody.optional(),
    table: TableBody.optional(),
    row: RowBody.optional(),
    explanation: ExplanationBody.optional(),
  })
  .register(COMPONENTS, { id: "SearchResult" });
const ResultsBody = z.strictObject({
  object: objectType("vector_store.search_results.page"),
  search_query: z.array(z.string()).describe("The texts that were searched for."),
  data: z.array(HitBody).describe("The chunks that were found, best first."),
  partial: z
    .literal(true)
    .optional()
    .describe(
      "Edgewise extension: present if a part of the store did not answer in time, so that chunks are missing.",
    ),
  ...OnlyPage,
  cut: z
    .array(
      HitBody.extend({
        reason: z
          .enum(["score_threshold", "max_num_results"])
          .describe("The parameter of the request that left the chunk out."),
      }),
    )
    .optional()
    .describe("With `explain`: the next best chunks, and why they are not among the results."),
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
      return found.ok
        ? ok(
            resultsBody(queries, found.value, {
              explain,
              places: include?.includes(GROUNDING) === true,
              terms: include?.includes(HIGHLIGHTS)
                ? new Set(queries.flatMap((text) => [...queryTerms(text).keys()]))
                : null,
            }),
          )
        : found;
    },
  ),
];

/** The optional members of results that the client requested. */
type Shown = {
  /** The parts of scores. */
  readonly explain: boolean;
  /** The places of chunks in their files. */
  readonly places: boolean;
  /** The terms of the queries, whose places in the texts are shown; null to show none. */
  readonly terms: ReadonlySet<string> | null;
};

function resultsBody(
  queries: string[],
  { hits, cut, partial }: SearchOutcome,
  shown: Shown,
): z.input<typeof ResultsBody> {
  return {
    object: "vector_store.search_results.page",
    search_query: queries,
    data: hits.map((hit) => hitBody(hit, shown)),
    ...(partial && { partial }),
    has_more: false,
    next_page: null,
    ...(shown.explain && {
      cut: cut.map((hit) => ({ ...hitBody(hit, shown), reason: hit.reason })),
    }),
  };
}

function hitBody(hit: ExplainedHit, { places, terms }: Shown): z.input<typeof HitBody> {
  const { fileId, filename, score, attributes, text, explanation } = hit;
  return {
    file_id: fileId,
    filename,
    score: Math.min(1, Math.max(0, score)),
    attributes,
    content: [{ type: "text", text }],
    ...(terms && {
      highlights: findHighlights(text, terms).map(({ start, end }) => ({
        start_index: start,
        end_index: end,
      })),
    }),
    ...(places && {
      heading_path: splitHeading(hit.heading),
      ...findPlace(hit, hit.start, hit.end),
    }),
    ...(explanation && {
      explanation: {
        chunk_id: hit.chunkId,
        start_index: hit.start,
        end_index: hit.end,
        ...explanation,
        warnings: warningsBody(explanation.warnings),
        lexical: { ...explanation.lexical, terms: [...explanation.lexical.terms] },
      },
    }),
  };
}
