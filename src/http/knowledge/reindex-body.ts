import { z } from "zod";

import type { VectorStoreId } from "../../ids.ts";
import type { GenerationSettings } from "../../knowledge/reindex/generation.ts";
import { DENSE_INDEXES, type GenerationLayout } from "../../knowledge/reindex/layout.ts";
import {
  hasTwoGenerations,
  type Reindex,
  REINDEX_STATES,
} from "../../knowledge/reindex/reindex.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { VECTOR_STORE_PARAM } from "../route/param.ts";
import { ChunkSizesBody, chunkSizesBody } from "./chunk-sizes-body.ts";

const count = (description: string) => z.number().int().describe(description);
const time = (description: string) => z.number().int().nullable().describe(description);

const GenerationBody = z
  .strictObject({
    number: count("Number of the generation."),
    status: z
      .enum(["building", "ready", "serving", "retired", "erasing", "erased"])
      .describe(
        "`serving`: searches read it. `retired`: it is kept for the way back, with all writes and deletes.",
      ),
    embedding_model: z.string().describe("Model of its vectors."),
    analyzer_version: count("Version of the analyzer that makes its index terms."),
    chunking_strategy: ChunkSizesBody.describe("The sizes of chunks that `auto` stands for in it."),
    search_shards: z
      .number()
      .int()
      .nullable()
      .describe(
        "Search shards that it began with or, for the old one, had when the reindex began; null if unknown.",
      ),
    dense_index: z
      .enum(DENSE_INDEXES)
      .nullable()
      .describe("Place that was asked for its vectors, `auto` by its size; null if unknown."),
  })
  .register(COMPONENTS, { id: "IndexGeneration" });

/** The schema of a reindex in responses. */
export const ReindexBody = z
  .strictObject({
    object: objectType("vector_store.reindex"),
    vector_store_id: z.string().describe("Id of the vector store."),
    status: z
      .enum(REINDEX_STATES)
      .describe("`ready`: it can be switched. `switched`: it can be reverted until `kept_until`."),
    automatic: z
      .boolean()
      .describe(
        "True if the store has begun it by itself, to split its search shards. It switches and finishes by itself, too.",
      ),
    from: GenerationBody.describe("The generation that served before."),
    to: GenerationBody.describe("The new generation."),
    created_at: CreatedAt,
    ready_at: time("When all files were in the new generation; null before."),
    switched_at: time("When it was switched last; null if it never was."),
    reverted_at: time("When the switch was reverted last; null if it never was."),
    kept_until: time("When the old generation is erased; null unless it is kept."),
    ended_at: time("When the generation that is left behind was erased; null before."),
    file_counts: z
      .strictObject({
        total: count("Files of the store."),
        checked: count("Files that the build has passed, also those without chunks of their own."),
        copied: count("Files that were copied, besides those that were written to both."),
        waiting: count("Files whose copy in the other generation is still to be made."),
        failed: count("Files that could not be copied."),
      })
      .describe("Numbers of files so far."),
    failures: z
      .array(
        z.strictObject({
          file_id: z.string().describe("Id of the file."),
          message: z.string().describe("The reason, and the remedy."),
        }),
      )
      .describe("The first files that could not be copied."),
    comparison: z
      .strictObject({
        questions: count("Questions that were asked before and were searched for in both."),
        overlap_at_10: z
          .number()
          .nullable()
          .describe(
            "Mean share of the ten best passages that both have in common, 0 to 1; null without questions.",
          ),
        same: count("Questions whose ten best passages are the same in both."),
        compared_at: count("Time of the comparison, in Unix seconds."),
      })
      .nullable()
      .describe("The comparison of both generations; null until it is made."),
    erased: z
      .strictObject({
        generation: count("Number of the generation."),
        objects: count("Search shards, each a Durable Object."),
        chunks: count("Chunks in the record."),
        vectors: count("Vectors in the search shards."),
        vectorize: z
          .strictObject({
            deleted: count("Vectors that were read back as deleted."),
            pending: count("Vectors whose deletion is still to be confirmed."),
          })
          .nullable()
          .describe("Vectors in an index of Vectorize; null if none had any, or if unknown."),
        rows: count("Rows of the corpus databases, those of the chunks included."),
      })
      .nullable()
      .describe("The data that is erased of the generation that is left behind; null before."),
  })
  .register(COMPONENTS, { id: "VectorStoreReindex" });

const generationBody = (
  number: number,
  status: z.input<typeof GenerationBody>["status"],
  { embeddingModel, analyzer, chunking }: GenerationSettings,
  layout: GenerationLayout | null,
): z.input<typeof GenerationBody> => ({
  number,
  status,
  embedding_model: embeddingModel,
  analyzer_version: analyzer,
  chunking_strategy: chunkSizesBody(chunking),
  search_shards: layout?.shards ?? null,
  dense_index: layout?.denseIndex ?? null,
});

/** The status of the old and of the new generation, by the state of the reindex. */
const STATUS = {
  building: ["serving", "building"],
  paused: ["serving", "building"],
  ready: ["serving", "ready"],
  switched: ["retired", "serving"],
  erasing: ["erasing", "serving"],
  completed: ["erased", "serving"],
  cancelling: ["serving", "erasing"],
  cancelled: ["serving", "erased"],
} as const;

/** Returns the body of a reindex for responses. */
export function reindexBody(id: VectorStoreId, reindex: Reindex): z.input<typeof ReindexBody> {
  const { state, comparison, erased, lag } = reindex;
  const [from, to] = STATUS[state];
  return {
    object: "vector_store.reindex",
    vector_store_id: id,
    status: state,
    automatic: reindex.isAutomatic,
    from: generationBody(reindex.from, from, reindex.fromSettings, reindex.fromLayout),
    to: generationBody(reindex.to, to, reindex.toSettings, reindex.toLayout),
    created_at: reindex.createdAt,
    ready_at: reindex.readyAt,
    switched_at: reindex.switchedAt,
    reverted_at: reindex.revertedAt,
    kept_until: reindex.keptUntil,
    ended_at: reindex.endedAt,
    file_counts: {
      total: reindex.files,
      checked: reindex.checked,
      copied: reindex.copied,
      ...(hasTwoGenerations(state) ? lag : { waiting: 0, failed: 0 }),
    },
    failures: reindex.failures.map(({ fileId, message }) => ({ file_id: fileId, message })),
    comparison: comparison && {
      questions: comparison.questions,
      overlap_at_10: comparison.overlapAt10,
      same: comparison.same,
      compared_at: comparison.comparedAt,
    },
    erased: erased && { ...erased, vectorize: erased.vectorize ?? null },
  };
}

const SETTINGS = {
  embeddingModel: "hash-1",
  analyzer: 1,
  chunking: { chunkTokensMax: 400, overlapTokens: 60 },
};

/** An example of the body of a reindex, for the API description. */
export const REINDEX_EXAMPLE = {
  object: "vector_store.reindex",
  vector_store_id: VECTOR_STORE_PARAM.example,
  status: "ready",
  automatic: false,
  from: generationBody(1, "serving", SETTINGS, { shards: 1, denseIndex: "auto" }),
  to: generationBody(2, "ready", SETTINGS, { shards: 4, denseIndex: "auto" }),
  created_at: 1_795_000_000,
  ready_at: 1_795_000_240,
  switched_at: null,
  reverted_at: null,
  kept_until: null,
  ended_at: null,
  file_counts: { total: 5_000, checked: 5_000, copied: 4_990, waiting: 0, failed: 0 },
  failures: [],
  comparison: { questions: 200, overlap_at_10: 0.93, same: 121, compared_at: 1_795_000_250 },
  erased: null,
} satisfies z.input<typeof ReindexBody>;
