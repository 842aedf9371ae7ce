import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { WatchTable } from "../../../durable-objects/vector-writer/watch-table.ts";
import { newId } from "../../../src/ids.ts";
import { shardName } from "../../../src/knowledge/scope.ts";
import { addressVectorWriter } from "../../../src/platform/objects.ts";
import { openVectorIndex } from "../../../src/platform/vector-index.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import type { ShardCandidate, ShardQuery } from "../../../src/retrieval/search-types.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import {
  floorOf,
  type NearestChunks,
  partNearest,
} from "../../../src/retrieval/vectorize/nearest-chunks.ts";
import { namespaceOf } from "../../../src/retrieval/vectorize/placement.ts";
import { WRITER_BEFORE_LATE_EFFECTS } from "../../fakes/before-late-effects.ts";
import type { FakeVectorize } from "../../fakes/vectorize.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { bindIndex, unbindIndex } from "../fake-indexes.ts";
import { findExplained, makeQuery, openShard } from "./shard.ts";

const SOURCE = {
  scope: { projectId: newId("proj_"), region: "auto" },
  storeId: newId("vs_"),
  generation: 1,
  shard: 0,
} as const;
const NAME = shardName(SOURCE.scope, SOURCE.storeId, SOURCE.generation, SOURCE.shard);
const PLACEMENT = { index: 0, namespace: namespaceOf(SOURCE.storeId, SOURCE.generation) };
const QUESTIONS = ["w3 w17", "w900 w31 w8", "w5 w5 w77 w1234 w60", "w2000", "nothing w12"];
const VISIBLE = 2_000;
const INVISIBLE = 10_000;

/** Makes files of one chunk, whose words are the same in every run: some frequent, most rare. */
const makeFiles = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const words = Array.from({ length: 12 }, (_word, at) => {
      const draw = Math.imul((from + index) * 31 + at + 1, 0x9e3779b1) >>> 0;
      return `w${Math.floor(4_000 * (draw / 2 ** 32) ** 2)}`;
    });
    return makeDocument(`f${from + index}`, [words.join(" ")], {
      attributes: { half: (from + index) % 2, rare: (from + index) % 500 === 7 },
    });
  });

async function write(from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += 500) {
    await openShard(NAME).write(makeBatch(makeFiles(at, Math.min(500, from + count - at))));
  }
}

/** Runs the alarms of the shard and of the writer, `ms` later. */
async function pass(ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await runDurableObjectAlarm(openShard(NAME));
  await runDurableObjectAlarm(env.VECTOR_WRITERS.getByName("vector-writer:0"));
}

async function askIndex(index: FakeVectorize, vector: Float32Array): Promise<NearestChunks | null> {
  const question = { namespace: PLACEMENT.namespace, nearest: 100, filter: null };
  const matches = await openVectorIndex(index).query(vector, question);
  const found = { matches, floor: floorOf(matches), filterKeys: null, mayDeepen: false };
  return partNearest(found, PLACEMENT, { shards: [0], wanted: 10 }).get(0) ?? null;
}

type Found = { readonly best: readonly string[]; readonly tier: string | null };
const describeHit = ({ chunkId, lexical, dense }: ShardCandidate) =>
  `${chunkId} ${lexical} ${dense}`;

/** Asks the shard with what the index finds, and without: the ten best, with their scores. */
async function ask(index: FakeVectorize, more: Partial<ShardQuery> = {}) {
  const indexed: Found[] = [];
  const alone: Found[] = [];
  for (const question of QUESTIONS) {
    for (const dense of [0.1, 0.5, 1]) {
      const vector = hashEmbedding(question);
      const weights = { lexical: 1 - dense, dense };
      const query = await makeQuery(NAME, question, { vector, weights, ...more });
      const nearest = await askIndex(index, vector);
      for (const [list, given] of [
        [indexed, nearest],
        [alone, null],
      ] as const) {
        const { candidates, work } = await findExplained(NAME, {
          ...query,
          nearest: given,
        });
        list.push({ best: candidates.map(describeHit), tier: work.dense });
        // Without rows in memory, which would serve both questions.
        if (given === null) await evictDurableObject(openShard(NAME));
      }
    }
  }
  return { indexed, alone };
}
const bestOf = (found: readonly Found[]) => found.map(({ best }) => best);
const tiersOf = (found: readonly Found[]) => [...new Set(found.map(({ tier }) => tier))];

describe("a shard whose vectors are in a vector index", { timeout: 120_000 }, () => {
  let index: FakeVectorize;
  beforeAll(async () => {
    index = bindIndex(0);
    await write(0, VISIBLE);
    await openShard(NAME).place({ source: SOURCE, index: 0, filterKeys: [] });
    for (let round = 0; round < 6; round++) await pass(15_000);
  });
  afterEach(() => void vi.restoreAllMocks());

  it("has them written, in batches, by the writer of the index", async ({ expect }) => {
    expect(index.ids).toHaveLength(VISIBLE);
    expect(index.batches).toEqual([1_000, 1_000]);
    await pass(61_000);
    expect(await openShard(NAME).listOutgoing(0, 0)).toEqual([]);
  });

  it("finds the same with the index as alone", async ({ expect }) => {
    const { indexed, alone } = await ask(index);
    expect(tiersOf(indexed)).toEqual(["indexed"]);
    expect(tiersOf(alone)).toEqual(["exact"]);
    expect(bestOf(indexed)).toEqual(bestOf(alone));
  });

  it("finds the same while 10,000 more are invisible in the index", async ({ expect }) => {
    await write(VISIBLE, INVISIBLE);
    index.isFrozen = true;
    for (let round = 0; round < 4; round++) await pass(15_000);
    expect(index.ids).toHaveLength(VISIBLE);
    expect(index.pending.length).toBeGreaterThanOrEqual(10);
    await evictDurableObject(openShard(NAME));

    const { indexed, alone } = await ask(index);
    expect(tiersOf(indexed)).toEqual(["indexed"]);
    expect(bestOf(indexed)).toEqual(bestOf(alone));
  });

  it("hides what was removed at once, before the index has heard of it", async ({ expect }) => {
    const before = await ask(index);
    const [best = ""] = before.indexed[0]?.best ?? [];
    const fileId = `file-${best.split("-")[0]}` as const;
    await openShard(NAME).remove([{ fileId, version: 2 }]);
    const after = await ask(index);

    expect(after.indexed[0]?.best.some((hit) => hit.startsWith(`${fileId.slice(5)}-`))).toBe(false);
    expect(bestOf(after.indexed)).toEqual(bestOf(after.alone));
  });

  it("has all of them in the index in the end, and nothing that was removed", async ({
    expect,
  }) => {
    index.isFrozen = false;
    for (let round = 0; round < 12; round++) await pass(15_000);
    expect(index.ids).toHaveLength(VISIBLE + INVISIBLE - 1);
    const { indexed, alone } = await ask(index);
    expect(bestOf(indexed)).toEqual(bestOf(alone));
  });

  it("finds the same with filters: it searches itself where too few are left", async ({
    expect,
  }) => {
    const half = { type: "eq", key: "half", value: 1 } as const;
    const rare = { type: "eq", key: "rare", value: true } as const;
    const some = await ask(index, { filter: half });
    expect(bestOf(some.indexed)).toEqual(bestOf(some.alone));
    expect(tiersOf(some.indexed)).toEqual(["indexed"]);
    const few = await ask(index, { filter: rare });
    expect(bestOf(few.indexed)).toEqual(bestOf(few.alone));
    expect(tiersOf(few.indexed)).toEqual(["exact"]);
  });

  it("trusts no other index than its own", async ({ expect }) => {
    const vector = hashEmbedding("w3 w17");
    const query = await makeQuery(NAME, "w3 w17", {
      vector,
      weights: { lexical: 0.5, dense: 0.5 },
    });
    const nearest = await askIndex(index, vector);
    const other = nearest && { ...nearest, index: 1 };
    const { work } = await findExplained(NAME, { ...query, nearest: other });
    expect(work.dense).toBe("exact");
    await evictDurableObject(openShard(NAME));
  });

  it("has a vector deleted again whose late write the index shows", async ({ expect }) => {
    const [stray = ""] = await strayOf(index);
    expect(index.ids).toContain(stray);
    const vector = hashEmbedding("w3 w17");
    const query = await makeQuery(NAME, "w3 w17", { vector, weights: { lexical: 0, dense: 1 } });
    const nearest = await askIndex(index, vector);
    const { candidates, work } = await findExplained(NAME, { ...query, nearest });
    expect([candidates.length, work.dense]).toEqual([10, "indexed"]);
    await pass(61_000);
    for (let round = 0; round < 5; round++) await pass(15_000);
    expect(index.ids).not.toContain(stray);
    expect(index.ids).toHaveLength(VISIBLE + INVISIBLE - 1);
  });

  it("forgets what it wrote again, though placed before it had filter keys", async ({ expect }) => {
    const sql = (text: string) =>
      runInDurableObject(openShard(NAME), (_, { storage }) => [...storage.sql.exec(text)]);
    await sql("UPDATE placement SET filter_keys = NULL");
    await evictDurableObject(openShard(NAME));
    const none = { runs: [{ first: 1, count: 9 }], numbers: [], metadata: [] };
    expect((await openShard(NAME).compareOutgoing(0, none)).amended).toBeGreaterThan(0);
    for (let round = 0; round < 5; round++) await pass(15_000);
    expect(await sql("SELECT seq FROM rewrite")).toEqual([]);
  });

  it("erases them with the shard, by the numbers that it has kept", async ({ expect }) => {
    await openShard(NAME).erase();
    expect(await openShard(NAME).inspect()).toMatchObject({ chunkCount: 0, files: [] });
    expect(await openShard(NAME).write(makeBatch(makeFiles(0, 1)))).toMatchObject([
      { outcome: "erased" },
    ]);
    await evictDurableObject(openShard(NAME));
    for (let round = 0; round < 12; round++) await pass(15_000);
    expect(index.ids).toEqual([]);
    await pass(61_000);
    await pass(61_000);
    expect(await openShard(NAME).listOutgoing(0, 0)).toEqual([]);
    expect(await openShard(NAME).inspect()).toMatchObject({ isUsed: true, chunkCount: 0 });
  });
});

/** Writes a vector into the index that stands for no chunk of the shard, near to a question. */
async function strayOf(index: FakeVectorize): Promise<string[]> {
  const id = `${PLACEMENT.namespace}:0:900000`;
  await index.upsert([
    { id, namespace: PLACEMENT.namespace, values: [...hashEmbedding("w3 w17")] },
  ]);
  vi.setSystemTime(Date.now() + 10_000);
  return index.ids.filter((known) => known === id);
}

const roomIn = (index: number, namespace?: string) =>
  addressVectorWriter(env, index).room(index, namespace);

describe("the writer of a vector index", () => {
  it("opens with the tables of the build before, and goes on", async ({ expect }) => {
    bindIndex(6);
    const writer = env.VECTOR_WRITERS.getByName("vector-writer:6");
    const source = { ...SOURCE, storeId: newId("vs_") };
    await writer.announce(6, source);
    await runInDurableObject(writer, (_object, { storage }) =>
      storage.sql.exec(WRITER_BEFORE_LATE_EFFECTS).toArray(),
    );
    await evictDurableObject(writer);
    // Its shard has changes, so that its namespace is not to be written by another placement.
    expect(await roomIn(6, namespaceOf(source.storeId, 1))).toEqual({ dimensions: 512, free: 0 });
    expect(await roomIn(6, namespaceOf(source.storeId, 2))).toMatchObject({ free: 10_000_000 });
    unbindIndex(6);
  });

  it("waits ever longer for an index that is away, whatever is due meanwhile", async ({
    expect,
  }) => {
    const index = bindIndex(5);
    const writer = env.VECTOR_WRITERS.getByName("vector-writer:5");
    await writer.announce(5, { ...SOURCE, storeId: newId("vs_") });
    await runInDurableObject(writer, (_object, { storage }) => {
      const watched = new WatchTable(storage.sql);
      const names = { projectId: SOURCE.scope.projectId, region: "auto", generation: 1 } as const;
      for (let store = 0; store < 20; store++) {
        const storeId = newId("vs_");
        const times = { since: Date.now() - 60_000, dueAt: Date.now() };
        watched.put({
          ...names,
          ...times,
          storeId,
          namespace: `${storeId}:1`,
          shard: -1,
          runs: [],
        });
      }
    });
    index.isAway = true;
    const pauses: number[] = [];
    for (let round = 0; round < 6; round++) {
      await runDurableObjectAlarm(writer);
      const at = await runInDurableObject(writer, (_object, { storage }) => storage.getAlarm());
      pauses.push(Math.round(((at ?? 0) - Date.now()) / 1_000));
      vi.setSystemTime(at ?? 0);
    }
    expect(pauses).toEqual([4, 8, 16, 32, 64, 128]);
    unbindIndex(5);
  });

  it("tells no room of an index that is not bound, or does not answer", async ({ expect }) => {
    const index = bindIndex(7);
    expect(await roomIn(7)).toEqual({ dimensions: 512, free: 10_000_000 });
    index.isAway = true;
    expect(await roomIn(7)).toBeNull();
    unbindIndex(7);
    expect(await roomIn(8)).toBeNull();
  });
});
