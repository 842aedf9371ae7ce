import { z } from "zod";

import { jsonBytes } from "../../bounds.ts";
import type { FileId, VectorStoreId } from "../../ids.ts";
import { readChunkOrdinal } from "../../ingest/chunks/chunk-id.ts";
import type { CorpusChunk } from "../../ingest/corpus-types.ts";
import { findPlace } from "../../knowledge/chunk-places.ts";
import { splitHeading } from "../../knowledge/heading-path.ts";
import type { ReindexCommand, Reindex } from "../../knowledge/reindex/reindex.ts";
import type { ChunkPlace, StoreIndex } from "../../knowledge/store-index.ts";
import type { Page } from "../../page.ts";
import type { Refusal, RefusalWithHeaders } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { objectType } from "../fields.ts";
import { cursorOf, declareList, listBody, listOfOne, ListQuery } from "../list.ts";
import { HeadingPathBody, PageBody, RowBody, TableBody } from "../place-body.ts";
import { includeQuery } from "../request/include-query.ts";
import { COMPONENTS } from "../route/components.ts";
import { FILE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { refuseNoText } from "./no-text.ts";
import { reindexBody } from "./reindex-body.ts";
import { INDEX_EXAMPLE, IndexBody, indexBody } from "./store-index-body.ts";

/** The dependencies of the routes that show the index of a vector store. */
export type StoreIndexDeps = {
  index(storeId: VectorStoreId): Promise<Result<StoreIndex, Refusal>>;
  reindex(storeId: VectorStoreId, command: ReindexCommand): Promise<Result<Reindex, Refusal>>;
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

/** The value of `include` that adds the last reindex to an index. */
const REINDEX = "edgewise.reindex";
const IndexQuery = z.strictObject({
  include: includeQuery(z.literal(REINDEX)).describe("Members to add to the answer."),
});

/** Maximum bytes of a page of chunks, as JSON. A page ends before the chunk with which it would have more. */
const PAGE_BYTES_MAX = 800_000;

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
      description:
        "The settings of the generation that serves, and the search shards that share its chunks.",
      params: { vector_store_id: VECTOR_STORE_PARAM },
      query: IndexQuery,
      response: IndexBody,
      example: { response: INDEX_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: id }, query: { include } }) => {
      const index = await deps.index(id);
      if (!index.ok) return index;
      const body = indexBody(id, index.value);
      return ok(
        include.includes(REINDEX) ? { ...body, reindex: await readReindex(deps, id) } : body,
      );
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

/** Reads the last reindex of a store; null if there is none to show. */
async function readReindex(deps: StoreIndexDeps, id: VectorStoreId) {
  const last = await deps.reindex(id, { kind: "read" });
  return last.ok ? reindexBody(id, last.value) : null;
}

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
