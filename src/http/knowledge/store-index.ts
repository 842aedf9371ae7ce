import { z } from "zod";

import { jsonBytes } from "../../bounds.ts";
import type { FileId, VectorStoreId } from "../../ids.ts";
import { readChunkOrdinal } from "../../ingest/chunks/chunk-id.ts";
import type { CorpusChunk } from "../../ingest/corpus-types.ts";
import { findPlace } from "../../knowledge/chunk-places.ts";
import { splitHeading } from "../../knowledge/heading-path.ts";
import type { ChunkPlace, StoreFollower, StoreIndex } from "../../knowledge/store-index.ts";
import type { Page } from "../../page.ts";
import type { Refusal, RefusalWithHeaders } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { objectType } from "../fields.ts";
import { cursorOf, declareList, listBody, listOfOne, ListQuery } from "../list.ts";
import { HeadingPathBody, PageBody, RowBody, TableBody } from "../place-body.ts";
import { COMPONENTS } from "../route/components.ts";
import { FILE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { refuseNoText } from "./no-text.ts";

/** The dependencies of the routes that show the index of a vector store. */
export type StoreIndexDeps = {
  index(storeId: VectorStoreId): Promise<Result<StoreIndex, Refusal>>;
  /** Finds the place of a file's chunks. Refuses a file that is not attached to the store. */
  chunkPlace(storeId: VectorStoreId, fileId: FileId): Promise<Result<ChunkPlace, Refusal>>;
  /** Reads at most `limit` chunks of a file, in order, beginning with the chunk number `ordinal`. */
  readChunks(
    storeId: VectorStoreId,
    place: ChunkPlace,
    ordinal: number,
    limit: number,
  ): Promise<readonly CorpusChunk[]>;
};

/** Maximum bytes of a page of chunks, as JSON. A page ends before the chunk with which it would have more. */
const PAGE_BYTES_MAX = 800_000;

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

const IndexBody = z
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
  })
  .register(COMPONENTS, { id: "VectorStoreIndex" });

const ChunkBody = z
  .strictObject({
    id: z.string().describe("Id of the chunk, as citations and explanations of searches name it."),
    object: objectType("vector_store.file.chunk"),
    index: z.number().int().describe("Number of the chunk in its file, from 0."),
    start_index: z
      .number()
      .int()
      .describe("Start of the chunk in the extracted text, in UTF-16 code units."),
    end_index: z.number().int().describe("End of the chunk in the extracted text, exclusive."),
    heading_path: HeadingPathBody,
    page: PageBody,
    table: TableBody,
    row: RowBody,
    text: z.string().describe("The text of the chunk."),
  })
  .register(COMPONENTS, { id: "VectorStoreFileChunk" });

const ChunksQuery = z.strictObject({
  limit: ListQuery.shape.limit,
  after: cursorOf(
    "a chunk",
    (id) => readChunkOrdinal(id) !== null,
    "Id of the chunk that the page begins after; also that of a chunk of an earlier version of the file.",
  ),
});

const INDEX_EXAMPLE = {
  object: "vector_store.index",
  vector_store_id: VECTOR_STORE_PARAM.example,
  embedding_model: "hash-1",
  analyzer_version: 1,
  generation: 1,
  content_version: 7,
  chunk_count: 1_200,
  max_chunks_per_shard: 20_000,
  shards: [
    {
      number: 0,
      chunk_count: 1_200,
      followers: [{ number: 1, status: "ready", content_version: 7 }],
    },
  ],
} satisfies z.input<typeof IndexBody>;

const CHUNK_EXAMPLE = {
  id: `chunk_${"0123456789".repeat(4)}_0`,
  object: "vector_store.file.chunk",
  index: 0,
  start_index: 0,
  end_index: 38,
  heading_path: ["Annual leave"],
  page: null,
  table: null,
  row: null,
  text: "Employees have 30 days of annual leave.",
} satisfies z.input<typeof ChunkBody>;

const route = routesWith<StoreIndexDeps>();
const OF_PROJECT = { access: "project", ours: true, method: "GET" } as const;

/** The routes that show the index of a vector store, an extension by Edgewise: its shards, and the chunks of a file. */
export const storeIndexRoutes = [
  route(
    {
      ...OF_PROJECT,
      tag: "Vector stores",
      path: "/v1/vector_stores/{vector_store_id}/index",
      summary: "Get the index of a vector store",
      watched: true,
      description: "The model of its vectors, and the search shards that share its chunks.",
      params: { vector_store_id: VECTOR_STORE_PARAM },
      response: IndexBody,
      example: { response: INDEX_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: id } }) => {
      const index = await deps.index(id);
      return index.ok ? ok(indexBody(id, index.value)) : index;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      tag: "Vector store files",
      path: "/v1/vector_stores/{vector_store_id}/files/{file_id}/chunks",
      summary: "List the chunks of a vector store file",
      description:
        "In the order of the extracted text, with their places in it. While a file is read again, its old chunks are " +
        "listed, as searches find them. A page has fewer chunks than `limit` when it would have more than 800,000 bytes.",
      params: {
        vector_store_id: VECTOR_STORE_PARAM,
        file_id: { ...FILE_PARAM, kind: "vector store file" },
      },
      query: ChunksQuery,
      response: declareList(ChunkBody),
      example: { query: { limit: "20" }, response: listOfOne(CHUNK_EXAMPLE) },
    },
    async ({ deps, params: { vector_store_id: storeId, file_id: fileId }, query }) => {
      const page = await readChunkPage(deps, storeId, fileId, query);
      return page.ok ? ok(listBody(page.value)) : page;
    },
  ),
];

async function readChunkPage(
  deps: StoreIndexDeps,
  storeId: VectorStoreId,
  fileId: FileId,
  { limit, after }: z.output<typeof ChunksQuery>,
): Promise<Result<Page<z.input<typeof ChunkBody>>, RefusalWithHeaders>> {
  const place = await deps.chunkPlace(storeId, fileId);
  if (!place.ok) return place;
  const { file } = place.value;
  if (file.status === "failed" || file.status === "cancelled") return err(refuseNoText(file));
  const first = after === undefined ? 0 : (readChunkOrdinal(after) ?? 0) + 1;
  const found = await deps.readChunks(storeId, place.value, first, limit + 1);
  if (found.length === 0 && first === 0 && file.status === "in_progress") {
    return err(refuseNoText(file));
  }
  const rows = cutToBytes(found.slice(0, limit).map(chunkBody));
  return ok({ rows, hasMore: rows.length < found.length });
}

/** Returns the first bodies, at least one, that a page has room for. */
function cutToBytes<Body>(bodies: readonly Body[]): Body[] {
  let bytes = 0;
  const end = bodies.findIndex((body, index) => {
    bytes += jsonBytes(body);
    return bytes > PAGE_BYTES_MAX && index > 0;
  });
  return end < 0 ? [...bodies] : bodies.slice(0, end);
}

const indexBody = (id: VectorStoreId, index: StoreIndex): z.input<typeof IndexBody> => ({
  object: "vector_store.index",
  vector_store_id: id,
  embedding_model: index.embeddingModel,
  analyzer_version: index.analyzer,
  generation: index.generation,
  content_version: index.contentVersion,
  chunk_count: index.shards.reduce((sum, { chunkCount }) => sum + chunkCount, 0),
  max_chunks_per_shard: index.shardChunksMax,
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

const chunkBody = (chunk: CorpusChunk): z.input<typeof ChunkBody> => ({
  id: chunk.id,
  object: "vector_store.file.chunk",
  index: chunk.ordinal,
  start_index: chunk.start,
  end_index: chunk.end,
  heading_path: splitHeading(chunk.heading),
  ...findPlace(chunk, chunk.start, chunk.end),
  text: chunk.text,
});
