import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { OpenAI } from "openai";
import { vi } from "vitest";
import { z } from "zod";

import { isFileId, isVectorStoreId } from "../../../src/ids.ts";
import { shardName } from "../../../src/knowledge/scope.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { COUNT_STORED_CHUNKS } from "../../fakes/count-stored-chunks.ts";
import { callAsOperator } from "../operator.ts";
import { createProject, type TestProject } from "../project.ts";
import { storeStub } from "./store.ts";

const State = z.object({ status: z.string(), file_counts: z.record(z.string(), z.number()) });
/** The counts of a reconciliation that has not begun. */
export const NONE = { checked: 0, indexed: 0, attached: 0, detached: 0, purged: 0, catalogued: 0 };
/** The texts of the files, by topic. */
export const TEXTS = {
  harbour: "The harbour opens at six in the morning.",
  library: "The library lends atlases for two weeks.",
};
type Topic = keyof typeof TEXTS;

/** A project with a vector store, and what the tests ask of it. */
export async function createStore() {
  const project = await createProject();
  const { client, scope } = project;
  const store = await client.vectorStores.create({ name: "town", metadata: { owner: "town" } });
  if (!isVectorStoreId(store.id)) throw new Error(store.id);
  const [id, stub] = [store.id, storeStub(scope, store.id)];
  const shardStub = (number: number) =>
    addressObject(env.SEARCH_SHARDS, scope, shardName(scope, id, 1, number));
  const shard = shardStub(0);
  const add = async (topic: Topic) => {
    const file = new File([TEXTS[topic]], `${topic}.txt`);
    const { id: fileId } = await client.files.create({ file, purpose: "assistants" });
    if (!isFileId(fileId)) throw new Error(fileId);
    await client.vectorStores.files.create(id, { file_id: fileId });
    await settle(client, id);
    return fileId;
  };
  const find = async (topic: Topic) => {
    const { data } = await client.vectorStores.search(id, { query: TEXTS[topic] });
    return data.filter(({ filename }) => filename === `${topic}.txt`).length;
  };
  return { ...project, id, stub, shard, shardStub, add, find };
}

/** Waits until no file of the store is in progress. */
export const settle = (client: OpenAI, id: string) =>
  vi.waitUntil(async () => (await client.vectorStores.retrieve(id)).file_counts.in_progress === 0, {
    timeout: 10_000,
    interval: 20,
  });

/** Reconciles a store, waits for the end and for all indexing, and returns the counts that are not 0. */
export async function reconcile(
  { scope }: Pick<TestProject, "scope">,
  id: string,
  files = "different",
) {
  const path = "/reconciliations";
  const started = await callAsOperator(scope, "POST", path, { vector_store_id: id, files });
  if (started.status !== 200) return { status: started.status };
  const last = await vi.waitUntil(
    async () => {
      const listed = await (await callAsOperator(scope, "GET", path)).json();
      const { data } = z.object({ data: z.array(State.extend({ id: z.string() })) }).parse(listed);
      const own = data.find((one) => one.id === id);
      return own?.status === "completed" && own;
    },
    { timeout: 10_000, interval: 20 },
  );
  return Object.fromEntries(Object.entries(last.file_counts).filter(([, files_]) => files_ > 0));
}

/** Runs a statement on a database, past the service. */
export const run = (db: D1Database, sql: string, ...values: string[]) =>
  db
    .prepare(sql)
    .bind(...values)
    .run();
const CORPORA = [env.CORPUS_0, env.CORPUS_1];

/** Erases what the corpus databases have of a file, or of a whole store. */
export async function loseCorpus(storeId: string, fileId = "%"): Promise<void> {
  for (const db of CORPORA) {
    for (const table of ["document", "chunk"]) {
      const sql = `DELETE FROM ${table} WHERE store_id = ? AND file_id LIKE ?`;
      await run(db, sql, storeId, fileId);
    }
  }
}

/** Counts the chunks that the corpus databases have of a store. */
export async function countChunks(storeId: string): Promise<number> {
  const counts = await Promise.all(
    CORPORA.map(async (db) =>
      Number(await db.prepare(COUNT_STORED_CHUNKS).bind(storeId).first("n")),
    ),
  );
  return counts.reduce((sum, chunks) => sum + chunks, 0);
}

/** Counts the files that are attached to a store, by its object's own table. */
export const countAttached = async (stub: DurableObjectStub): Promise<number> =>
  await runInDurableObject(stub, (_object, { storage }) =>
    Number(storage.sql.exec("SELECT count(*) AS n FROM attachment").one()["n"]),
  );

/** Reads the rows of an object's tables, and returns a function that puts them back, as an older copy would. */
export async function copyTables(stub: DurableObjectStub, tables: readonly string[]) {
  const copied = await runInDurableObject(stub, (_object, { storage }) =>
    tables.map((table) => ({ table, rows: storage.sql.exec(`SELECT * FROM ${table}`).toArray() })),
  );
  return async () => {
    await runInDurableObject(stub, (_object, { storage }) => {
      for (const { table, rows } of copied) {
        storage.sql.exec(`DELETE FROM ${table}`);
        for (const row of rows) {
          const marks = Object.keys(row).map(() => "?");
          const names = Object.keys(row).join(", ");
          const sql = `INSERT INTO ${table} (${names}) VALUES (${marks.join(", ")})`;
          storage.sql.exec(sql, ...Object.values(row));
        }
      }
    });
    await evictDurableObject(stub);
  };
}
/** The tables of a store object that an older copy of it restores. */
export const STORE_TABLES = ["store", "attachment", "generation_shard", "tombstone"];
