import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { shardName } from "../../../src/knowledge/scope.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { SHARD_BEFORE_FOLLOWERS } from "../../fakes/before-followers.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { countRows, find, openShard } from "./shard.ts";
import { createSplitStore } from "./split-store.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

type Shard = DurableObjectStub<SearchShardObject>;

/** The places of vectors: whole blocks, and the rows of chunks of small calls. */
const PLACES = {
  vector_block: { column: "bytes", key: "key" },
  chunk: { column: "vector", key: "number" },
} as const;
type Place = keyof typeof PLACES;

/** Changes one bit of the first stored vector, or of all of them, and ends the object. */
async function damage(shard: Shard, table: Place, which: "first" | "all" = "first") {
  const { column, key } = PLACES[table];
  await runInDurableObject(shard, (_, { storage: { sql } }) => {
    type Row = { readonly key: number; readonly bytes: ArrayBuffer };
    const rows = sql
      .exec<Row>(
        `SELECT ${key} AS key, ${column} AS bytes FROM ${table} WHERE length(${column}) > 0 ORDER BY 1`,
      )
      .toArray();
    for (const row of which === "first" ? rows.slice(0, 1) : rows) {
      const bytes = new Uint8Array(row.bytes);
      bytes[100] = (bytes[100] ?? 0) ^ 64;
      sql.exec(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`, bytes.buffer, row.key);
    }
  });
  await evictDurableObject(shard);
}

/** Asks by words and vector. Returns the chunks with their dense scores. */
async function ask(name: string) {
  const vector = hashEmbedding("common words");
  const weights = { lexical: 0.5, dense: 0.5 };
  const found = await find(name, "common words", { vector, weights, candidatesMax: 100 });
  return new Map(found.map(({ chunkId, dense }) => [chunkId, dense]));
}

const makeFile = (at: number) => makeDocument(`f${at}`, [`common words ${at}`]);

/** Fills a shard: 40 chunks whose vectors are in blocks, 7 in each, and 5 that have them in their rows. */
async function fill(name: string): Promise<Shard> {
  const shard = openShard(name);
  await shard.write(makeBatch(Array.from({ length: 40 }, (_, at) => makeFile(at))));
  await shard.write(makeBatch(Array.from({ length: 5 }, (_, at) => makeFile(40 + at))));
  return shard;
}

const PLACES_AND_LOST = [
  ["vector_block", ["f0", "f1", "f2", "f3", "f4", "f5"]],
  ["chunk", ["f40"]],
] as const;

describe("vectors whose checksum is wrong", () => {
  it.for(PLACES_AND_LOST)(
    "of a %s are never scored, and reported; the chunks are found by their words",
    async ([table, lost], { expect }) => {
      const name = `damaged ${table}`;
      const shard = await fill(name);
      const before = await ask(name);
      const log = vi.spyOn(console, "error").mockReturnValue();
      await damage(shard, table);
      const wanted = new Map(before);
      for (const file of lost) wanted.set(`${file}-0000`, 0);
      const found = await ask(name);

      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
      const lines = log.mock.calls.map(([line]) => String(line));
      expect(lines.filter((line) => line.includes("search.vectors.damaged"))).toHaveLength(1);
      expect(await countRows(shard, "damaged_file")).toBe(lost.length);
      await evictDurableObject(shard);
      expect(await ask(name)).toEqual(found);
      expect(log.mock.calls.length).toBe(lines.length);
      const again = lost.map((file) =>
        makeDocument(file, [`common words ${file.slice(1)}`], { version: 2 }),
      );
      await shard.write(makeBatch(again));
      expect(Object.fromEntries(await ask(name))).toEqual(Object.fromEntries(before));
      expect(await countRows(shard, "damaged_file")).toBe(0);
    },
  );

  it("are lost alone when chunks that share their block are written or removed", async ({
    expect,
  }) => {
    const shard = await fill("damaged neighbours");
    const before = await ask("damaged neighbours");
    vi.spyOn(console, "error").mockReturnValue();
    await damage(shard, "vector_block", "all");
    await damage(shard, "chunk", "all");
    const files = Array.from({ length: 20 }, (_, at) => makeDocument(`new${at}`, ["common words"]));
    await shard.write(makeBatch(files));
    await shard.remove([{ fileId: "file-f1", version: 2 }]);
    const after = await ask("damaged neighbours");

    expect(await countRows(shard, "damaged_file")).toBe(44);
    for (const chunk of before.keys()) {
      expect(after.get(chunk)).toBe(chunk === "f1-0000" ? undefined : 0);
    }
    expect([...after].filter(([chunk]) => chunk.startsWith("new"))).toHaveLength(20);
    expect(after.get("new3-0000")).toBeGreaterThan(0.9);
  });

  it("are computed again from the files, which the store indexes again", async ({ expect }) => {
    const store = await createSplitStore(["Herons stand in the river.", "Owls sleep by day."]);
    const name = shardName(store.scope, store.id, 1, 0);
    const shard = env.SEARCH_SHARDS.getByName(name);
    const search = async () => {
      const found = await shard.search({
        terms: [],
        averageLength: 1,
        vector: hashEmbedding("herons in a river"),
        weights: { lexical: 0, dense: 1 },
        filter: null,
        hidden: [],
        candidatesMax: 5,
        nearest: null,
      });
      return found?.map(({ fileId, dense }) => [fileId, dense]) ?? [];
    };
    const before = await search();
    expect(before).toEqual([[store.files[0], expect.any(Number)]]);
    vi.spyOn(console, "error").mockReturnValue();
    await damage(shard, "chunk");
    expect(await search()).toEqual([]);
    await runDurableObjectAlarm(shard);
    await vi.waitUntil(async () => (await search()).length > 0, { timeout: 10_000 });

    expect(await search()).toEqual(before);
    expect(await countRows(shard, "damaged_file")).toBe(0);
  });

  it("are forgotten when the store does not have their file any more", async ({ expect }) => {
    const store = await createSplitStore(["Herons stand in the river."]);
    const shard = env.SEARCH_SHARDS.getByName(shardName(store.scope, store.id, 1, 0));
    await shard.write(makeBatch([makeDocument("stranger", ["words"])]));
    vi.spyOn(console, "error").mockReturnValue();
    await runInDurableObject(shard, (_, { storage: { sql } }) =>
      sql.exec("INSERT INTO damaged_file VALUES ('file-stranger', 1, 0)"),
    );
    await evictDurableObject(shard);
    await shard.statistics([]);
    await runDurableObjectAlarm(shard);

    expect(await countRows(shard, "damaged_file")).toBe(0);
  });
});

describe("a shard of the build before checksums of vectors", () => {
  it("opens, and answers the same", async ({ expect }) => {
    const shard = await fill("before checksums");
    const before = await ask("before checksums");
    await runInDurableObject(shard, (_, { storage: { sql } }) =>
      sql.exec(`${SHARD_BEFORE_FOLLOWERS}
        ALTER TABLE vector_block DROP COLUMN checksum;
        ALTER TABLE chunk DROP COLUMN vector_checksum;
        ALTER TABLE code_state DROP COLUMN checksum;
        DROP TABLE damaged_file; DROP TABLE placement; DROP TABLE outgoing;
        ${forgetMigrations("0007_vector_checksums", "0008_outgoing", "0009_filter_keys", "0012_codes_again")}`),
    );
    await evictDurableObject(shard);

    expect(await ask("before checksums")).toEqual(before);
    await shard.write(
      makeBatch(Array.from({ length: 20 }, (_, at) => makeDocument(`n${at}`, ["other"]))),
    );
    await evictDurableObject(shard);
    const after = [...(await ask("before checksums"))].filter(([chunk]) => before.has(chunk));
    expect(new Map(after)).toEqual(before);
    expect(await countRows(shard, "damaged_file")).toBe(0);
  });
});
