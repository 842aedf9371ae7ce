import { Hono } from "hono";
import { z } from "zod";

import { newId, type VectorStoreId } from "../../ids.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { FileToAttach, StoreSettings, StoreView } from "../../knowledge/vector-store-types.ts";
import type { Refusal } from "../../refusal.ts";
import type { Result } from "../../result.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { ListQuery, listBody } from "../list.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson, readQuery } from "../request/request.ts";
import { ChunkingParam, ExpiresAfterParam } from "./knowledge-params.ts";
import { storeBody } from "./vector-store-body.ts";
import type { AttachDeps } from "./vector-store-files.ts";
import { storeIdOf } from "./vector-store-id.ts";

export type StoreDeps = AttachDeps & {
  create(id: VectorStoreId, settings: StoreSettings): Promise<Result<StoreView, Refusal>>;
  read(id: VectorStoreId): Promise<Result<StoreView, Refusal>>;
  update(id: VectorStoreId, changes: Partial<StoreSettings>): Promise<Result<StoreView, Refusal>>;
  remove(id: VectorStoreId): Promise<Result<null, Refusal>>;
  list(query: ListQuery): Promise<{ stores: StoreView[]; hasMore: boolean }>;
};

const Name = z.string().max(256);

const CreateBody = z.strictObject({
  file_ids: z.array(z.string()).max(500).nullish(),
  name: Name.nullish(),
  expires_after: ExpiresAfterParam.nullish(),
  chunking_strategy: ChunkingParam.nullish(),
  metadata: MetadataParam.optional(),
});
const CREATE_OTHERS = { description: "accepted" } as const;

const UpdateBody = z.strictObject({
  name: Name.nullish(),
  expires_after: ExpiresAfterParam.nullish(),
  metadata: MetadataParam.optional(),
});

export const VECTOR_STORE_REQUESTS: RequestShapes = {
  "POST /v1/vector_stores": { body: CreateBody, others: CREATE_OTHERS },
  "GET /v1/vector_stores": { query: ListQuery },
  "POST /v1/vector_stores/{vector_store_id}": { body: UpdateBody },
};

/** OpenAI's vector stores: create, list, read, change, delete. */
export const vectorStoreRoutes = (depsFor: (env: Env, scope: Scope) => StoreDeps) =>
  new Hono<AppEnv>()
    .post("/", (c) => create(c, depsFor(c.env, c.get("scope"))))
    .get("/", async (c) => {
      const query = readQuery(c, ListQuery);
      if (!query.ok) return problem(c, query.error);
      const { limit } = query.value;
      const { stores, hasMore } = await depsFor(c.env, c.get("scope")).list(query.value);
      return c.json({ ...listBody(stores.map(storeBody), limit), has_more: hasMore });
    })
    .get("/:storeId", async (c) => {
      const id = storeIdOf(c);
      if (!id.ok) return problem(c, id.error);
      const store = await depsFor(c.env, c.get("scope")).read(id.value);
      return store.ok ? c.json(storeBody(store.value)) : problem(c, store.error);
    })
    .post("/:storeId", async (c) => {
      const id = storeIdOf(c);
      if (!id.ok) return problem(c, id.error);
      const body = await readJson(c, UpdateBody);
      if (!body.ok) return problem(c, body.error);
      const { name, expires_after, metadata } = body.value;
      const store = await depsFor(c.env, c.get("scope")).update(id.value, {
        ...(name === undefined ? {} : { name: name ?? "" }),
        ...(expires_after === undefined ? {} : { expiresAfterDays: expires_after }),
        ...(metadata === undefined ? {} : { metadata }),
      });
      return store.ok ? c.json(storeBody(store.value)) : problem(c, store.error);
    })
    .delete("/:storeId", async (c) => {
      const id = storeIdOf(c);
      if (!id.ok) return problem(c, id.error);
      const removed = await depsFor(c.env, c.get("scope")).remove(id.value);
      if (!removed.ok) return problem(c, removed.error);
      return c.json({ id: id.value, object: "vector_store.deleted", deleted: true });
    });

async function create(c: AppContext, deps: StoreDeps): Promise<Response> {
  const body = await readJson(c, CreateBody, CREATE_OTHERS);
  if (!body.ok) return problem(c, body.error);
  const { file_ids, name, expires_after, chunking_strategy, metadata = {} } = body.value;
  const id = newId("vs_");
  const chunking = chunking_strategy ?? CHUNKING_AUTO;
  const wanted = (file_ids ?? []).map((fileId, index): FileToAttach => ({
    fileId,
    attributes: {},
    chunking,
    param: `file_ids[${index}]`,
  }));
  // Files are looked up first: a store that was asked for with files that are missing is not made.
  const files = await deps.findFiles(id, wanted);
  if (!files.ok) return problem(c, files.error);
  const settings = { name: name ?? "", metadata, expiresAfterDays: expires_after ?? null };
  const store = await deps.create(id, settings);
  if (!store.ok) return problem(c, store.error);
  if (files.value.length === 0) return c.json(storeBody(store.value));
  const attached = await deps.attach(id, files.value, null);
  if (!attached.ok) return problem(c, attached.error);
  const read = await deps.read(id);
  return read.ok ? c.json(storeBody(read.value)) : problem(c, read.error);
}
