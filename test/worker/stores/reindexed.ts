import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { z } from "zod";

import { isFileId, isVectorStoreId } from "../../../src/ids.ts";
import { shardName } from "../../../src/knowledge/scope.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { createProject } from "../project.ts";
import { settle } from "./reconcilable.ts";
import { storeStub } from "./store.ts";

const Generation = z.object({
  number: z.number(),
  status: z.string(),
  embedding_model: z.string(),
  analyzer_version: z.number(),
  search_shards: z.number().nullable(),
  dense_index: z.string().nullable(),
});
const Erased = z.object({
  generation: z.number(),
  objects: z.number(),
  chunks: z.number(),
  vectors: z.number(),
  vectorize: z.object({ deleted: z.number(), pending: z.number() }).nullable(),
  rows: z.number(),
});
const Body = z.object({
  status: z.string(),
  automatic: z.boolean(),
  from: Generation,
  to: Generation,
  ended_at: z.number().nullable(),
  kept_until: z.number().nullable(),
  file_counts: z.record(z.string(), z.number()),
  failures: z.array(z.object({ file_id: z.string(), message: z.string() })),
  comparison: z
    .object({ questions: z.number(), overlap_at_10: z.number().nullable(), same: z.number() })
    .nullable(),
  erased: Erased.nullable(),
});

const Index = z.object({ shards: z.array(z.object({ chunk_count: z.number() })) });

/** The sizes of chunks of the new generation, so that its chunks differ from those of the old one. */
export const SMALL = {
  type: "static",
  static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 },
} as const;

/** Returns a text with sentences about a topic, long enough for several small chunks. */
export const textAbout = (topic: string) =>
  Array.from({ length: 30 }, (_, at) => `The ${topic} number ${at} opens in the morning.`).join(
    "\n\n",
  );

/** A project with a vector store, and what the tests of reindexes ask of it. */
export async function createReindexed(...placed: Parameters<typeof createProject>) {
  const project = await createProject(...placed);
  const { client, fetch, scope } = project;
  const { id } = await client.vectorStores.create({ name: "town" });
  if (!isVectorStoreId(id)) throw new Error(id);
  const stub = storeStub(scope, id);
  const upload = async (topic: string, text = textAbout(topic)) => {
    const file = new File([text], `${topic}.txt`);
    const { id: fileId } = await client.files.create({ file, purpose: "assistants" });
    if (!isFileId(fileId)) throw new Error(fileId);
    return fileId;
  };
  const add = async (topic: string, attributes: Record<string, string> = {}, text?: string) => {
    const fileId = await upload(topic, text);
    await client.vectorStores.files.create(id, { file_id: fileId, attributes });
    await settle(client, id);
    return fileId;
  };
  const find = async (topic: string) => {
    const { data } = await client.vectorStores.search(id, { query: `the ${topic} number 3` });
    return data.filter(({ filename }) => filename === `${topic}.txt`).length;
  };
  /** Searches, and returns the texts that are found with their scores, in an order that does not depend on ids of chunks. */
  const rank = async (query: string) => {
    const { data } = await client.vectorStores.search(id, { query, max_num_results: 50 });
    return data
      .map(({ file_id: fileId, score, content }) => {
        const text = content.map((part) => part.text).join("");
        return { fileId, score, text };
      })
      .toSorted((a, b) => b.score - a.score || (a.fileId + a.text < b.fileId + b.text ? -1 : 1));
  };
  const call = async (path = "", body?: object) => {
    const sent = { method: "POST", headers: { "content-type": "application/json" } };
    const init = body === undefined ? sent : { ...sent, body: JSON.stringify(body) };
    return await fetch(`/vector_stores/${id}/reindex${path}`, init);
  };
  const read = async () => {
    const answer = await fetch(`/vector_stores/${id}/reindex`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return Body.parse(await answer.json());
  };
  const act = async (action: string) => {
    const answer = await call(`/${action}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return Body.parse(await answer.json());
  };
  const until = (status: string) =>
    vi.waitUntil(
      async () => {
        const reindex = await read();
        return reindex.status === status && reindex;
      },
      { timeout: 15_000, interval: 20 },
    );
  /** Starts a reindex and waits until it is ready. */
  const build = async (body: object = { chunking_strategy: SMALL }) => {
    await call("", body);
    return await until("ready");
  };
  const shardStub = (generation: number, number = 0) =>
    addressObject(env.SEARCH_SHARDS, scope, shardName(scope, id, generation, number));
  const inspect = async (generation: number, number = 0) =>
    await shardStub(generation, number).inspect("");
  /** Reads the number of chunks in each search shard of the serving generation, as the store counts them. */
  const sizes = async () => {
    const answer = await fetch(`/vector_stores/${id}/index`);
    const { shards } = Index.parse(await answer.json());
    return shards.map(({ chunk_count: count }) => count);
  };
  /** Counts the rows, or their values of a column, that the corpus databases have of a generation. */
  const countRows = async (generation: number, table: "chunk" | "document", column = "*") => {
    const sql = `SELECT count(${column}) AS n FROM ${table} WHERE store_id = ? AND generation = ?`;
    const counts = await Promise.all(
      [env.CORPUS_0, env.CORPUS_1].map(async (db) =>
        Number(await db.prepare(sql).bind(id, generation).first("n")),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  /** Counts the chunks that the corpus databases have of a generation. */
  const countChunks = async (generation: number) =>
    (await countRows(generation, "chunk")) +
    (await countRows(generation, "document", "only_chunk"));
  /** Runs a statement on the tables of the store's object, and lets it begin again with them. */
  const change = async (sql: string) => {
    await runInDurableObject(stub, (_object, { storage }) => storage.sql.exec(sql).toArray());
    await evictDurableObject(stub);
  };
  return {
    ...project,
    id,
    stub,
    upload,
    add,
    find,
    rank,
    sizes,
    call,
    read,
    act,
    until,
    build,
    shardStub,
    inspect,
    countRows,
    countChunks,
    change,
  };
}
