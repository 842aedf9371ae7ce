import { z } from "zod";

import { isVectorStoreId, type VectorStoreId } from "../../ids.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import type {
  AttachRequest,
  FileToAttach,
  StoreListQuery,
  StoreSettings,
  StoreView,
} from "../../knowledge/vector-store-types.ts";
import type { Page } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import {
  claimOn,
  type Created,
  createOnce,
  KEY_SPENT,
  type KeyClaim,
  type RequestKey,
} from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import {
  deletion,
  listBody,
  listOfOne,
  declareList,
  declareListQuery,
  nameFilter,
} from "../list.ts";
import { replayable } from "../request/idempotency-key.ts";
import { CHANGES } from "../route/declaration.ts";
import { VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { type AttachDeps, attachOnce, findAdmitted, type FindFiles } from "./attach.ts";
import { ChunkingParam, ExpiresAfterParam } from "./knowledge-params.ts";
import { storeBody, StoreBody, StoreStatus, STORE_EXAMPLE } from "./vector-store-body.ts";

/** The dependencies of the routes of vector stores. */
export type StoreDeps = AttachDeps & {
  /** Creates a store, once if the request has an idempotency key. */
  create(
    id: VectorStoreId,
    settings: StoreSettings,
    claim: KeyClaim | null,
  ): Promise<Result<Created<StoreView>, Refusal>>;
  read(id: VectorStoreId): Promise<Result<StoreView, Refusal>>;
  update(id: VectorStoreId, changes: Partial<StoreSettings>): Promise<Result<StoreView, Refusal>>;
  remove(id: VectorStoreId): Promise<Result<null, Refusal>>;
  list(query: StoreListQuery): Promise<Page<StoreView>>;
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

const StoresQuery = declareListQuery("a vector store", isVectorStoreId).extend({
  ...nameFilter("stores"),
  status: StoreStatus.optional().describe(
    "Extension by Edgewise: only stores with this status; pages as with `name`.",
  ),
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
      idempotency: "by key",
      response: StoreBody,
      refusals: ["not_found", "backlog_full"],
      example: { body: { name: "Handbook" }, response: STORE_EXAMPLE },
    },
    async ({ c, deps, body, key }) => shown(replayable(c, await createStore(deps, body, key))),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/vector_stores",
      summary: "List vector stores",
      watched: true,
      query: StoresQuery,
      response: declareList(StoreBody),
      example: { query: { limit: "20" }, response: listOfOne(STORE_EXAMPLE) },
    },
    async ({ deps, query }) => {
      const page = await deps.list(query);
      return ok(listBody({ ...page, rows: page.rows.map(storeBody) }, query));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/vector_stores/{vector_store_id}",
      summary: "Get a vector store",
      watched: true,
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
      idempotency: CHANGES,
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

async function createStore(
  deps: StoreDeps,
  { file_ids, name, expires_after, chunking_strategy, metadata = {} }: z.output<typeof CreateBody>,
  key: RequestKey | null,
): Promise<Result<Created<StoreView>, Refusal>> {
  const chunking = chunking_strategy ?? CHUNKING_AUTO;
  const wanted = (file_ids ?? []).map((fileId, index): FileToAttach => ({
    fileId,
    attributes: {},
    chunking,
    param: `file_ids[${index}]`,
  }));
  const settings = { name: name ?? "", metadata, expiresAfterDays: expires_after ?? null };
  const findFirst = async (id: VectorStoreId) =>
    wanted.length === 0
      ? ok([])
      : await findAdmitted(deps, id, wanted, wanted.length === 1 ? "file" : "files");
  let found: readonly AttachRequest[] | null = null;
  const created = await createOnce(key, "vs_", {
    find: async (id, claim) => {
      const made = await deps.madeWith(id, claim);
      if (!made.ok || !made.value) return made.ok ? ok(null) : made;
      const store = await deps.read(id);
      return store.ok ? store : err(KEY_SPENT);
    },
    create: async (id, claim) => {
      // Files are found first, so that a request with a missing file creates no store.
      const files = await findFirst(id);
      if (!files.ok) return files;
      found = files.value;
      return await deps.create(id, settings, claim);
    },
  });
  if (!created.ok || wanted.length === 0) return created;
  const { id } = created.value.value;
  const findFiles = async () => (found ? ok(found) : await findFirst(id));
  const attached = await attachFirst(deps, id, findFiles, key);
  if (!attached.ok) return attached;
  const store = await deps.read(id);
  return store.ok ? ok({ ...created.value, value: store.value }) : store;
}

/** Attaches the files with which a store is created. A repeated request attaches them if the first one was interrupted. */
async function attachFirst(
  deps: StoreDeps,
  id: VectorStoreId,
  findFiles: FindFiles,
  key: RequestKey | null,
): Promise<Result<unknown, Refusal>> {
  if (key) {
    const claim = { ...claimOn(key, key.today), name: `${key.name}:files` };
    return await attachOnce(deps, id, findFiles, { batchId: null, claim });
  }
  const found = await findFiles();
  return found.ok ? await deps.attach(id, found.value, null) : found;
}
