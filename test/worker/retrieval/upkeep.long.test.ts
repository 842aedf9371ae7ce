import { scheduler } from "node:timers/promises";

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { SegmentTables } from "../../../durable-objects/search-shard/tables/segment-tables.ts";
import { ShardTables } from "../../../durable-objects/search-shard/tables/shard-tables.ts";
import { hash1, hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { countRows, find, openShard } from "./shard.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

type Shard = DurableObjectStub<SearchShardObject>;

/** Lets each alarm end after one slice, as if the process ended there. */
const stopAfterEachSlice = () =>
  vi.spyOn(scheduler, "wait").mockRejectedValue(new Error("the process ends here"));

/** Runs an alarm, which may end with an error, and starts the object again. */
async function runSlice(shard: Shard): Promise<void> {
  try {
    await runDurableObjectAlarm(shard);
  } catch {
    // It ends after its first slice.
  }
  await evictDurableObject(shard);
}

/** Asks a shard by words and by vector. Returns all that it answers, as JSON. */
async function answer(name: string, questions: readonly string[]): Promise<string> {
  const found = [];
  for (const question of questions) {
    for (const dense of [0, 0.5]) {
      const weights = { lexical: 1 - dense, dense };
      found.push(await find(name, question, { vector: hashEmbedding(question), weights }));
    }
    found.push(await openShard(name).statistics(question.split(" ")));
  }
  return JSON.stringify(found);
}

/** Tests whether any row of the shard's index contains a word. */
const contains = (shard: Shard, word: string) =>
  runInDurableObject(shard, (_, { storage: { sql } }) => {
    const blobs = sql.exec<{ bytes: ArrayBuffer }>(
      "SELECT terms AS bytes FROM segment WHERE terms IS NOT NULL UNION ALL SELECT bytes FROM segment_part",
    );
    return [...blobs].some(({ bytes }) => new TextDecoder("latin1").decode(bytes).includes(word));
  });

/** Counts the dimensions in which the stored vector of a chunk is not zero. */
const readVector = (shard: Shard, number: number) =>
  runInDurableObject(shard, (_, { storage: { sql } }) =>
    new ShardTables(sql).vectors
      .read({ first: number, count: 1 }, hash1.dimensions)
      .reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0),
  );

/** Writes 7,600 chunks of 100 words, in calls of 200. */
async function writeMany(shard: Shard): Promise<void> {
  for (let call = 0; call < 38; call++) {
    const documents = Array.from({ length: 200 }, (_, index) => {
      const number = call * 200 + index;
      const words = Array.from(
        { length: 100 },
        (_word, at) => `w${(number * 7 + at * at) % 3_001}`,
      );
      return makeDocument(`d${number}`, [`common ${words.join(" ")}`]);
    });
    await shard.write(makeBatch(documents));
  }
}

/** Makes 200 files of one chunk. */
const makeFiles = (name: string, text: string) =>
  Array.from({ length: 200 }, (_, index) => makeDocument(`${name}${index}`, [`${text} w${index}`]));

const QUESTIONS = ["common w1 w77", "w100 w1000 w2999", "w3000 nothing"];

describe("the upkeep of a shard", () => {
  it(
    "merges many chunks in slices, in which it answers the same",
    { timeout: 60_000 },
    async ({ expect }) => {
      const shard = openShard("slices");
      const put = vi.spyOn(SegmentTables.prototype, "addBlocks");
      stopAfterEachSlice();
      await writeMany(shard);
      const before = await answer("slices", QUESTIONS);
      const segments = await countRows(shard, "segment");
      let slices = 0;
      while ((await countRows(shard, "merge")) > 0 && slices < 100) {
        await runSlice(shard);
        slices++;
        expect(await answer("slices", QUESTIONS)).toBe(before);
      }
      while (await runInDurableObject(shard, (_, { storage }) => storage.getAlarm())) {
        await runSlice(shard);
        if (++slices > 200) break;
      }

      expect(put).toHaveBeenCalled();
      expect(slices).toBeGreaterThan(3);
      expect(await countRows(shard, "segment")).toBeLessThan(segments);
      expect(await answer("slices", QUESTIONS)).toBe(before);
    },
  );

  it("erases the words of removed chunks once they are many", async ({ expect }) => {
    const shard = openShard("erasing");
    await shard.write(makeBatch(makeFiles("kept", "kept words")));
    for (const name of ["gone", "lost"]) {
      await shard.write(makeBatch(makeFiles(name, `secret${name}`)));
    }
    const questions = ["kept w7", "secretgone", "word w199"];
    stopAfterEachSlice();
    for (const name of ["gone", "lost"]) {
      const files = Array.from({ length: 190 }, (_, index) => ({
        fileId: `file-${name}${index}` as const,
        version: 1,
      }));
      await shard.remove(files);
    }
    const before = await answer("erasing", questions);
    for (let slice = 0; slice < 8; slice++) {
      await runSlice(shard);
      expect(await answer("erasing", questions)).toBe(before);
    }

    expect(await countRows(shard, "removal")).toBe(0);
    await shard.remove([{ fileId: "file-gone199", version: 1 }]);
    expect(await find("erasing", "secretgone", { candidatesMax: 50 })).toHaveLength(9);
  });

  it("erases the words of a removed chunk after a week", async ({ expect }) => {
    const shard = openShard("week");
    const others = makeFiles("other", "others").slice(0, 20);
    await shard.write(makeBatch([makeDocument("a", ["secret"]), makeDocument("b", ["words"])]));
    await shard.write(makeBatch(others));
    await shard.remove([{ fileId: "file-a", version: 1 }]);
    expect(await contains(shard, "secret")).toBe(true);
    vi.setSystemTime(Date.now() + 7 * 24 * 3_600_000 + 1_000);
    try {
      await runDurableObjectAlarm(shard);
    } finally {
      vi.useRealTimers();
    }

    expect(await contains(shard, "secret")).toBe(false);
    expect(await countRows(shard, "removal")).toBe(0);
    expect(await readVector(shard, 1)).toBe(0);
    expect(await readVector(shard, 2)).toBeGreaterThan(0);
    expect(await find("week", "words")).toHaveLength(1);
    expect(await find("week", "secret")).toEqual([]);
  });

  it.for([
    ["posting lists", "terms"],
    ["columns", "columns"],
  ] as const)(
    "never serves damaged %s, and makes the index again",
    async ([, column], { expect }) => {
      const name = `damaged-${column}`;
      const shard = openShard(name);
      await shard.write(
        makeBatch([makeDocument("a", ["alpha beta"]), makeDocument("b", ["beta"])]),
      );
      await shard.write(makeBatch(makeFiles("more", "delta").slice(0, 20)));
      await shard.remove([{ fileId: "file-b", version: 1 }]);
      await shard.write(makeBatch([makeDocument("c", ["beta gamma"], { attributes: { n: 1 } })]));
      const questions = ["alpha beta", "gamma beta"];
      const before = await answer(name, questions);
      await evictDurableObject(shard);
      await runInDurableObject(shard, (_, { storage: { sql } }) => {
        const [row] = sql
          .exec<{ id: number; bytes: ArrayBuffer }>(
            `SELECT id, ${column} AS bytes FROM segment LIMIT 1`,
          )
          .toArray();
        if (!row) throw new Error("There is a segment");
        const bytes = new Uint8Array(row.bytes);
        bytes[4] = (bytes[4] ?? 0) ^ 1;
        sql.exec(`UPDATE segment SET ${column} = ? WHERE id = ?`, bytes.buffer, row.id);
      });
      stopAfterEachSlice();

      await expect(answer(name, questions)).rejects.toThrow("made again");
      await expect(find(name, "alpha")).rejects.toThrow("making its index again");
      await vi.waitUntil(
        async () => {
          await runSlice(shard);
          return (await countRows(shard, "unindexed")) === 0;
        },
        { timeout: 5_000 },
      );
      expect(await answer(name, questions)).toBe(before);
    },
  );
});
