import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import type { Attributes, Filter } from "../../../src/knowledge/attributes.ts";
import { shardName } from "../../../src/knowledge/scope.ts";
import { openVectorIndex } from "../../../src/platform/vector-index.ts";
import { askShards } from "../../../src/retrieval/fan-out/ask-shards.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import type { SearchPlan, ShardQuery } from "../../../src/retrieval/search-types.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { namespaceOf } from "../../../src/retrieval/vectorize/placement.ts";
import { SHARD_BEFORE_FOLLOWERS } from "../../fakes/before-followers.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import type { FakeVectorize } from "../../fakes/vectorize.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { bindIndex } from "../fake-indexes.ts";
import { makeQuery, openShard } from "./shard.ts";

const SOURCE = {
  scope: { projectId: newId("proj_"), region: "auto" },
  storeId: newId("vs_"),
  generation: 1,
  shard: 0,
} as const;
const NAME = shardName(SOURCE.scope, SOURCE.storeId, SOURCE.generation, SOURCE.shard);
const PLACEMENT = { index: 0, namespace: namespaceOf(SOURCE.storeId, SOURCE.generation) };
const KEYS = ["half", "hundredth"];
const CHUNKS = 6_000;
const QUESTIONS = ["w3 w17", "w900 w31 w8", "w5 w5 w77 w1234 w60", "w2000"];

/** The attributes of a file, by the filters that use them. The first two have slots in the index. */
const attributesOf = (at: number): Attributes => ({
  half: at % 2,
  hundredth: at % 100 === 41 ? "yes" : "no",
  tenth: at % 10 === 3,
  fiftieth: at % 50,
});
const eq = (key: string, value: string | number | boolean): Filter => ({ type: "eq", key, value });
const FILTERS: Readonly<Record<string, Filter>> = {
  "1 of 2, in a slot": eq("half", 1),
  "1 of 100, in a slot": eq("hundredth", "yes"),
  "1 of 10": eq("tenth", true),
  "1 of 50": { type: "lt", key: "fiftieth", value: 1 },
  "1 of 50, half of it in a slot": {
    type: "and",
    filters: [eq("half", 1), { type: "lt", key: "fiftieth", value: 2 }],
  },
  "1 of 100, in an or": { type: "or", filters: [eq("hundredth", "yes"), eq("unknown", 1)] },
};

async function write(): Promise<void> {
  for (let from = 0; from < CHUNKS; from += 500) {
    const files = Array.from({ length: 500 }, (_, index) => {
      const words = Array.from({ length: 12 }, (_word, at) => {
        const draw = Math.imul((from + index) * 31 + at + 1, 0x9e3779b1) >>> 0;
        return `w${Math.floor(4_000 * (draw / 2 ** 32) ** 2)}`;
      });
      const attributes = attributesOf(from + index);
      return makeDocument(`f${from + index}`, [words.join(" ")], { attributes });
    });
    await openShard(NAME).write(makeBatch(files));
  }
}

/** Runs the alarms of the shard and of the writer, `ms` later. */
async function pass(ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await runDurableObjectAlarm(openShard(NAME));
  await runDurableObjectAlarm(env.VECTOR_WRITERS.getByName("vector-writer:0"));
}

const PLAN: SearchPlan = {
  contentVersion: 1,
  generation: 1,
  embeddingModel: "hash-1",
  shards: [0],
  unavailable: [],
  chunkCount: CHUNKS,
  averageLength: 12,
  documentCounts: [],
  hidden: [],
  followed: [],
  placement: PLACEMENT,
};

/** Searches the store of the one shard, without vectors in its memory. Returns the best chunks and how they were found. */
async function search(index: FakeVectorize, plan: SearchPlan, query: ShardQuery) {
  await evictDurableObject(openShard(NAME));
  const { candidates, work } = await askShards(
    {
      shard: async (_, _number, given) => await openShard(NAME).search(given),
      explainedShard: async (_, _number, given) => await openShard(NAME).searchExplained(given),
      nearest: async (_, vector, filter) =>
        await openVectorIndex(index).query(vector, {
          namespace: PLACEMENT.namespace,
          nearest: 100,
          filter,
        }),
      onLeftOut: (_, reason) => {
        throw reason;
      },
    },
    plan,
    { queries: [query], explain: true },
  );
  const best = candidates
    .flat()
    .map(({ chunkId, lexical, dense }) => `${chunkId} ${lexical} ${dense}`);
  return { best, tier: work.get(0)?.dense ?? null };
}

/** Asks all questions with a filter. Returns the best chunks, the number of scans, and of queries to the index. */
async function ask(index: FakeVectorize, plan: SearchPlan, filter: Filter) {
  const before = index.queries;
  const found: (readonly string[])[] = [];
  let scans = 0;
  for (const question of QUESTIONS) {
    for (const dense of [0.5, 1]) {
      const vector = hashEmbedding(question);
      const weights = { lexical: 1 - dense, dense };
      const query = await makeQuery(NAME, question, { vector, weights, filter });
      const { best, tier } = await search(index, plan, query);
      if (tier !== "indexed") scans++;
      found.push(best);
    }
  }
  return { found, scans, queries: index.queries - before };
}

describe("filters of a store whose vectors are in a vector index", { timeout: 240_000 }, () => {
  let index: FakeVectorize;
  beforeAll(async () => {
    index = bindIndex(0);
    await write();
    await openShard(NAME).place({ source: SOURCE, index: 0, filterKeys: KEYS });
    for (let round = 0; round < 8; round++) await pass(15_000);
    await pass(61_000);
  }, 120_000);

  it("find the same as the shard alone, with fewer scans", async ({ expect }) => {
    const { filterKeys = [] } = await openShard(NAME).statistics([]);
    expect(filterKeys).toEqual(KEYS);
    const lines: string[] = [];
    const scans = { before: 0, now: 0 };
    for (const [name, filter] of Object.entries(FILTERS)) {
      const alone = await ask(index, { ...PLAN, placement: null }, filter);
      const before = await ask(index, PLAN, filter);
      const now = await ask(index, { ...PLAN, filterKeys }, filter);
      expect([name, now.found]).toEqual([name, alone.found]);
      expect([name, before.found]).toEqual([name, alone.found]);
      scans.before += before.scans;
      scans.now += now.scans;
      const counts = [before.scans, now.scans, now.queries].map((count) =>
        String(count).padStart(6),
      );
      lines.push(`${counts.join("")}  ${name}`);
    }
    const total = Object.keys(FILTERS).length * QUESTIONS.length * 2;
    console.log(
      [
        `Of ${total} filtered searches, ${scans.before} scanned the shard without slots and partitions, ${scans.now} with them.`,
        "before   now queries  filter",
        ...lines,
      ].join("\n"),
    );
    expect(scans.before).toBeGreaterThan(total / 2);
    expect(scans.now).toBeLessThan(total / 4);
  });

  it("find a file by its new attributes at once, and in the index once they are there", async ({
    expect,
  }) => {
    const plan = { ...PLAN, filterKeys: KEYS };
    const filter = eq("half", 7);
    const query = await makeQuery(NAME, "w3 w17", {
      vector: hashEmbedding("w3 w17"),
      weights: { lexical: 0, dense: 1 },
      filter,
    });
    expect(await search(index, plan, query)).toEqual({ best: [], tier: "indexed" });
    await openShard(NAME).setAttributes("file-f10", 1, { ...attributesOf(10), half: 7 });
    const found = await search(index, plan, query);
    expect([found.best.length, found.tier]).toEqual([1, "indexed"]);
    for (let round = 0; round < 4; round++) await pass(15_000);
    await pass(61_000);
    expect(await openShard(NAME).listOutgoing(0, 0)).toEqual([]);
    expect(await search(index, plan, query)).toEqual(found);
    await openShard(NAME).setAttributes("file-f10", 1, attributesOf(10));
    expect((await search(index, plan, query)).best).toEqual([]);
  });

  it("are applied by a shard whose vectors have other slots, or none in the index", async ({
    expect,
  }) => {
    const query = await makeQuery(NAME, "w3 w17", {
      vector: hashEmbedding("w3 w17"),
      weights: { lexical: 0, dense: 1 },
      filter: eq("hundredth", "yes"),
    });
    const wanted = await search(index, { ...PLAN, placement: null }, query);
    const other = await search(index, { ...PLAN, filterKeys: ["hundredth", "half"] }, query);
    expect(other).toEqual({ best: wanted.best, tier: "exact" });

    // A shard that was placed before there were slots.
    await runInDurableObject(openShard(NAME), (_object, { storage }) => {
      storage.sql.exec(`${SHARD_BEFORE_FOLLOWERS} ALTER TABLE placement DROP COLUMN filter_keys`);
      storage.sql.exec(forgetMigrations("0009_filter_keys", "0012_codes_again"));
    });
    const before = await search(index, { ...PLAN, filterKeys: KEYS }, query);
    expect(before).toEqual({ best: wanted.best, tier: "exact" });
    expect(await openShard(NAME).statistics([])).not.toHaveProperty("filterKeys");
    const unfiltered = await search(index, PLAN, { ...query, filter: null });
    expect(unfiltered.tier).toBe("indexed");
    const waiting = await openShard(NAME).listOutgoing(0, 0);
    await openShard(NAME).setAttributes("file-f11", 1, { half: 0 });
    expect(await openShard(NAME).listOutgoing(0, 0)).toEqual(waiting);
    await runInDurableObject(openShard(NAME), (_object, { storage }) => {
      storage.sql.exec("UPDATE placement SET filter_keys = ?", JSON.stringify(KEYS));
    });

    // An index that was made without its metadata indexes finds nothing that passes.
    const bare = bindIndex(3, 512, []);
    const missing = await search(bare, { ...PLAN, filterKeys: KEYS }, query);
    expect(missing).toEqual({ best: wanted.best, tier: "exact" });
  });
});
