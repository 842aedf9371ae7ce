import { z } from "zod";

import { isVectorStoreId, newId, type VectorStoreId } from "../../ids.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import type { FileToAttach, StoreSettings, StoreView } from "../../knowledge/vector-store-types.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import {
  deletion,
  listBody,
  listOfOne,
  type ListQuery,
  declareList,
  declareListQuery,
} from "../list.ts";
import { VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import type { AttachDeps } from "./attach.ts";
import { ChunkingParam, ExpiresAfterParam } from "./knowledge-params.ts";
import { storeBody, StoreBody, STORE_EXAMPLE } from "./vector-store-body.ts";

/** The dependencies of the routes of vector stores. */
export type StoreDeps = AttachDeps & {
  create(id: VectorStoreId, settings: StoreSettings): Promise<Result<StoreView, Refusal>>;
  read(id: VectorStoreId): Promise<Result<StoreView, Refusal>>;
  update(id: VectorStoreId, changes: Partial<StoreSettings>): Promise<Result<StoreView, Refusal>>;
  remove(id: VectorStoreId): Promise<Result<null, Refusal>>;
  list(query: ListQuery): Promise<{ stores: StoreView[]; hasMore: boolean }>;
};

const Name = z.string().max(256).nullish().describe("Name of the store, up to 256 characters.");

const CreateBody = z.strictObject({
  file_ids: z
    .array(z.string())
    .max(500)
    .nullish()
    .describe("Ids of uploaded files to attach, up to 500."),
  name: Name,
  expires_after: ExpiresAfterParam,
  chunking_strategy: ChunkingParam,
  metadata: MetadataParam.optional(),
});
const UpdateBody = z.strictObject({
  name: Name,
  expires_after: ExpiresAfterParam,
  metadata: MetadataParam.optional(),
});

const DELETED = deletion("vector_store.deleted");
const route = routesWith<StoreDeps>();
const OF_PROJECT = { access: "project", tag: "Vector stores" } as const;
const params = { vector_store_id: VECTOR_STORE_PARAM };

/** The routes of OpenAI's vector stores: create, list, get, change, delete. */
export const vectorStoreRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/vector_stores",
      summary: "Create a vector store",
      description: "Attaches the given files. Indexing continues after this answer.",
      body: CreateBody,
      others: { description: "accepted" },
      response: StoreBody,
      refusals: ["not_found", "backlog_full"],
      example: { body: { name: "Handbook" }, response: STORE_EXAMPLE },
    },
    ({ deps, body }) => createStore(deps, body),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/vector_stores",
      summary: "List vector stores",
      query: declareListQuery("a vector store", isVectorStoreId),
      response: declareList(StoreBody),
      example: { query: { limit: "20" }, response: listOfOne(STORE_EXAMPLE) },
    },
    async ({ deps, query }) => {
      const { stores, hasMore } = await deps.list(query);
      return ok(listBody({ rows: stores.map(storeBody), hasMore }));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/vector_stores/{vector_store_id}",
      summary: "Get a vector store",
      params,
      response: StoreBody,
      example: { response: STORE_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: id } }) => shown(await deps.read(id)),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/vector_stores/{vector_store_id}",
      summary: "Change a vector store",
      params,
      body: UpdateBody,
      response: StoreBody,
      refusals: ["vector_store_expired"],
      example: { body: { name: "Handbook 2027" }, response: STORE_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: id }, body: { name, expires_after, metadata } }) => {
      const changes = {
        ...(name === undefined ? {} : { name: name ?? "" }),
        ...(expires_after === undefined ? {} : { expiresAfterDays: expires_after }),
        ...(metadata === undefined ? {} : { metadata }),
      };
      return shown(await deps.update(id, changes));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: "/v1/vector_stores/{vector_store_id}",
      summary: "Delete a vector store",
      description:
        "The files are not deleted. No search finds anything in the store after this answer.",
      params,
      response: DELETED.schema,
      example: { response: DELETED.body(VECTOR_STORE_PARAM.example) },
    },
    async ({ deps, params: { vector_store_id: id } }) => {
      const removed = await deps.remove(id);
      return removed.ok ? ok(DELETED.body(id)) : removed;
    },
  ),
];

const shown = (store: Result<StoreView, Refusal>) =>
  store.ok ? ok(storeBody(store.value)) : store;

async function createStore(deps: StoreDeps, body: z.output<typeof CreateBody>) {
  const { file_ids, name, expires_after, chunking_strategy, metadata = {} } = body;
  const id = newId("vs_");
  const count = file_ids?.length ?? 0;
  const refused = count === 0 ? null : await deps.refuseWork(count === 1 ? "file" : "files");
  if (refused) return err(refused);
  const chunking = chunking_strategy ?? CHUNKING_AUTO;
  const wanted = (file_ids ?? []).map((fileId, index): FileToAttach => ({
    fileId,
    attributes: {},
    chunking,
    param: `file_ids[${index}]`,
  }));
  // Files are found first, so that a request with a missing file creates no store.
  const files = await deps.findFiles(id, wanted);
  if (!files.ok) return files;
  const settings = { name: name ?? "", metadata, expiresAfterDays: expires_after ?? null };
  const store = await deps.create(id, settings);
  if (!store.ok || files.value.length === 0) return shown(store);
  const attached = await deps.attach(id, files.value, null);
  return attached.ok ? shown(await deps.read(id)) : attached;
}
