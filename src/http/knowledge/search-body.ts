import { z } from "zod";

import { findPlace } from "../../knowledge/chunk-places.ts";
import { splitHeading } from "../../knowledge/heading-path.ts";
import type { Analyzer } from "../../retrieval/analysis/analyzer.ts";
import type { Explanation } from "../../retrieval/explain.ts";
import { findHighlights } from "../../retrieval/highlight/find-highlights.ts";
import type { ShardWork } from "../../retrieval/search-types.ts";
import type { ExplainedHit, SearchOutcome } from "../../retrieval/search.ts";
import { objectType, OnlyPage } from "../fields.ts";
import { HeadingPathBody, PageBody, RowBody, TableBody } from "../place-body.ts";
import { COMPONENTS } from "../route/components.ts";
import { AttributesBody } from "./vector-store-body.ts";
import { WarningsBody, warningsBody } from "./warnings-body.ts";

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
        analyzer_version: z
          .number()
          .int()
          .describe("Version of the analyzer by which the terms of query and chunk were made."),
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
const ShardBody = z
  .strictObject({
    shard: z.number().int().describe("Number of the search shard in the store."),
    dense: z
      .enum(["exact", "coded", "indexed"])
      .nullable()
      .describe(
        "The scan of the vectors: `exact` compares all, `coded` estimates from codes which to compare; null for a search by words.",
      ),
    capped: z
      .boolean()
      .describe(
        "True if more vectors would have had to be compared than may be; a chunk may be missing then.",
      ),
    segments: z.number().int().describe("Number of segments that were searched for the terms."),
    postings: z.number().int().describe("Number of pairs of a term and a chunk that were scored."),
    cached_lists: z.number().int().describe("Number of posting lists that were found in memory."),
    read_lists: z.number().int().describe("Number of posting lists that were read from storage."),
  })
  .describe("The work of a search shard for the queries of a search.")
  .register(COMPONENTS, { id: "SearchShardWork" });
/**
 * The schema of a page of search results, as in the OpenAI API. `degraded`, `partial`, `cut`, `content_version` and
 * `shards` are extensions by Edgewise.
 */
export const ResultsBody = z.strictObject({
  object: objectType("vector_store.search_results.page"),
  search_query: z.array(z.string()).describe("The texts that were searched for."),
  data: z.array(HitBody).describe("The chunks that were found, best first."),
  partial: z
    .literal(true)
    .optional()
    .describe(
      "Edgewise extension: present if a part of the store did not answer in time, so that chunks are missing.",
    ),
  degraded: z
    .strictObject({
      from: z.string().describe("The embedding model that could not be used."),
      by: z.literal("word_search").describe("The search by words that was made in its place."),
      reason: z.string().describe("Reason of the replacement, as a code."),
    })
    .optional()
    .describe(
      "Edgewise extension: present if only words were matched, since the store's embedding model is away.",
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
  content_version: z
    .number()
    .int()
    .optional()
    .describe(
      "With `explain`: the version of the store's content that was searched, as the index of the store counts it.",
    ),
  shards: z
    .array(ShardBody)
    .optional()
    .describe("With `explain`: the work of each search shard that has answered."),
});

/** The optional members that the client requested for each result. */
type Shown = {
  /** True to explain the score of each result. */
  readonly explain: boolean;
  /** True to show the place of each chunk in its file. */
  readonly places: boolean;
  /** The index terms to highlight in the texts, and the analyzer that made them; null to highlight nothing. */
  readonly highlights: { readonly terms: ReadonlySet<string>; readonly analyzer: Analyzer } | null;
};

/** Renders the results of a search for `queries`. */
export function resultsBody(
  queries: string[],
  { hits, cut, partial, degraded, contentVersion, work }: SearchOutcome,
  shown: Shown,
): z.input<typeof ResultsBody> {
  return {
    object: "vector_store.search_results.page",
    search_query: queries,
    data: hits.map((hit) => hitBody(hit, shown)),
    ...(partial && { partial }),
    ...(degraded && { degraded: { ...degraded, by: "word_search" } }),
    has_more: false,
    next_page: null,
    ...(shown.explain && {
      cut: cut.map((hit) => ({ ...hitBody(hit, shown), reason: hit.reason })),
      content_version: contentVersion,
      shards: Array.from(work ?? [], ([shard, done]) => shardBody(shard, done)),
    }),
  };
}

const shardBody = (shard: number, work: ShardWork): z.input<typeof ShardBody> => ({
  shard,
  dense: work.dense,
  capped: work.isCapped,
  segments: work.segments,
  postings: work.postings,
  cached_lists: work.cachedLists,
  read_lists: work.readLists,
});

const lexicalBody = ({ analyzer, terms, ...rest }: Explanation["lexical"]) => ({
  ...rest,
  analyzer_version: analyzer,
  terms: [...terms],
});

function hitBody(hit: ExplainedHit, { places, highlights }: Shown): z.input<typeof HitBody> {
  const { fileId, filename, score, attributes, text, explanation } = hit;
  return {
    file_id: fileId,
    filename,
    score: Math.min(1, Math.max(0, score)),
    attributes,
    content: [{ type: "text", text }],
    ...(highlights && {
      highlights: findHighlights(text, highlights.terms, highlights.analyzer).map(
        ({ start, end }) => ({ start_index: start, end_index: end }),
      ),
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
        lexical: lexicalBody(explanation.lexical),
      },
    }),
  };
}
