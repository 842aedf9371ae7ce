import { z } from "zod";

import type { VectorStoreId } from "../../ids.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import { DENSE_INDEXES } from "../../knowledge/reindex/layout.ts";
import type { StoreFollower, StoreIndex } from "../../knowledge/store-index.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { VECTOR_STORE_PARAM } from "../route/param.ts";
import { ChunkSizesBody, chunkSizesBody } from "./chunk-sizes-body.ts";
import { ReindexBody } from "./reindex-body.ts";

const FollowerBody = z.strictObject({
  number: z.number().int().describe("Number of the copy, from 1."),
  status: z
    .enum(["copying", "ready"])
    .describe("`copying` before it has all of the shard; then `ready`, and searches ask it."),
  content_version: z
    .number()
    .int()
    .nullable()
    .describe(
      "Version of the store's content that it had at least when it last reported, twice a minute; null before.",
    ),
});

/** The schema of the index of a vector store in responses. */
export const IndexBody = z
  .strictObject({
    object: objectType("vector_store.index"),
    vector_store_id: z.string().describe("Id of the vector store."),
    embedding_model: z.string().describe("Model of the vectors in the generation that serves."),
    analyzer_version: z
      .number()
      .int()
      .describe("Version of the analyzer that makes the index terms of that generation."),
    generation: z
      .number()
      .int()
      .describe(
        "Number of the generation that serves, from 1; a reindex makes one with a higher number.",
      ),
    content_version: z.number().int().describe("Counts the changes of what searches find."),
    chunk_count: z.number().int().describe("Number of chunks in all shards."),
    max_chunks_per_shard: z
      .number()
      .int()
      .describe(
        "Number of chunks from which on a shard gets no new files; another shard is added.",
      ),
    chunking_strategy: ChunkSizesBody.describe("The sizes of chunks that `auto` stands for in it."),
    dense_index: z
      .enum(DENSE_INDEXES)
      .describe("Place that was asked for its vectors, `auto` by its size."),
    shards: z
      .array(
        z.strictObject({
          number: z.number().int().describe("Number of the shard, from 0."),
          chunk_count: z
            .number()
            .int()
            .describe("Number of chunks in it; estimated for files that are being indexed."),
          followers: z
            .array(FollowerBody)
            .describe("Copies that answer searches, too, while the shard is asked much."),
        }),
      )
      .describe("The search shards that share the store's chunks; empty for an expired store."),
    reindex: ReindexBody.nullable()
      .optional()
      .describe(
        "The last reindex; null if there was none, or if the store has expired. Present when `include` names `edgewise.reindex`.",
      ),
  })
  .register(COMPONENTS, { id: "VectorStoreIndex" });

/** An example of the body of an index, for the API description. */
export const INDEX_EXAMPLE = {
  object: "vector_store.index",
  vector_store_id: VECTOR_STORE_PARAM.example,
  embedding_model: "hash-1",
  analyzer_version: 1,
  generation: 1,
  content_version: 7,
  chunk_count: 1_200,
  max_chunks_per_shard: 20_000,
  chunking_strategy: chunkSizesBody(CHUNKING_AUTO),
  dense_index: "auto",
  shards: [
    {
      number: 0,
      chunk_count: 1_200,
      followers: [{ number: 1, status: "ready", content_version: 7 }],
    },
  ],
} satisfies z.input<typeof IndexBody>;

/** Returns the body of an index for responses. */
export const indexBody = (id: VectorStoreId, index: StoreIndex): z.input<typeof IndexBody> => ({
  object: "vector_store.index",
  vector_store_id: id,
  embedding_model: index.embeddingModel,
  analyzer_version: index.analyzer,
  generation: index.generation,
  content_version: index.contentVersion,
  chunk_count: index.shards.reduce((sum, { chunkCount }) => sum + chunkCount, 0),
  max_chunks_per_shard: index.shardChunksMax,
  chunking_strategy: chunkSizesBody(index.chunking),
  dense_index: index.denseIndex,
  shards: index.shards.map(({ number, chunkCount }) => ({
    number,
    chunk_count: chunkCount,
    followers: index.followers.filter(({ shard }) => shard === number).map(followerBody),
  })),
});

const followerBody = ({
  number,
  state,
  contentVersion,
}: StoreFollower): z.input<typeof FollowerBody> => ({
  number,
  status: state === "ready" ? "ready" : "copying",
  content_version: contentVersion,
});
