import { scheduler } from "node:timers/promises";

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { ask, fillOldShard, OLD_SHARDS } from "./old-shard.ts";
import { countRows, find, openShard } from "./shard.ts";

type Shard = DurableObjectStub<SearchShardObject>;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets the process end before a statement: the `at`-th from now on that an object executes. Returns a function to stop it. */
async function endAt(shard: Shard, at: number): Promise<() => void> {
  return await runInDurableObject(shard, (_, { storage: { sql } }) => {
    const prototype: SqlStorage = Object.getPrototypeOf(sql);
    let executed = 0;
    const exec = Reflect.get(prototype, "exec");
    const spy = vi.spyOn(prototype, "exec").mockImplementation(function (
      this: SqlStorage,
      ...given
    ) {
      if (++executed >= at) throw new Error("the process ends here");
      return exec.apply(this, given);
    });
    return () => spy.mockRestore();
  });
}

const files = (name: string, count: number, version = 1) =>
  Array.from({ length: count }, (_, at) =>
    makeDocument(`${name}${at}`, [`${name} common w${at}`, `other w${at * 3}`], {
      version,
      attributes: { even: at % 2 === 0 },
    }),
  );

/** All that a shard answers, as JSON: searches by words and vector, with a filter, statistics, files. */
async function answer(name: string): Promise<string> {
  const found = [];
  for (const question of ["common w3", "kept w1", "large w7 other", "long"]) {
    const vector = hashEmbedding(question);
    const filter = { type: "eq", key: "even", value: true } as const;
    found.push(await find(name, question, { candidatesMax: 30 }));
    found.push(
      await find(name, question, { vector, weights: { lexical: 0.5, dense: 0.5 }, filter }),
    );
  }
  const shard = openShard(name);
  return JSON.stringify([found, await shard.statistics(["common", "w3"]), await shard.inspect()]);
}

/** Fills a shard: two segments, one of them with a removed file, and a tail. */
async function fill(shard: Shard): Promise<void> {
  await shard.write(makeBatch(files("kept", 20)));
  await shard.write(makeBatch(files("large", 12)));
  await shard.remove([{ fileId: "file-large5", version: 2 }]);
  await shard.write(makeBatch(files("tail", 3)));
}

/** Makes the parts of a file of 30 chunks. */
function makeParts() {
  const { chunks, ...file } = makeDocument(
    "kept1",
    Array.from({ length: 30 }, (_, at) => `long common w${at}`),
    { version: 3 },
  );
  const [first, second] = [0, 15].map((from) => ({
    batch: makeBatch([{ ...file, chunks: chunks.slice(from, from + 15) }]),
    from,
  }));
  if (!first || !second) throw new Error("There are two parts");
  return { first, second, file: { ...file, chunkCount: chunks.length } };
}

/** The calls whose transactions are ended, after what they need in a shard. */
const CALLS: Readonly<
  Record<
    string,
    { before?: (shard: Shard) => Promise<unknown>; call: (shard: Shard) => Promise<unknown> }
  >
> = {
  "a small write": { call: (shard) => shard.write(makeBatch(files("kept", 2, 3))) },
  "a write that makes a segment": { call: (shard) => shard.write(makeBatch(files("tail", 15, 3))) },
  "a write that merges segments": {
    before: async (shard) => {
      for (let call = 0; call < 5; call++) await shard.write(makeBatch(files(`more${call}`, 10)));
    },
    call: (shard) => shard.write(makeBatch(files("last", 10))),
  },
  "the first part of a file": { call: (shard) => shard.stage(makeParts().first) },
  "a later part of a file": {
    before: (shard) => shard.stage(makeParts().first),
    call: (shard) => shard.stage(makeParts().second),
  },
  "the publication of a file": {
    before: async (shard) => {
      await shard.stage(makeParts().first);
      await shard.stage(makeParts().second);
    },
    call: (shard) => shard.publish(makeParts().file),
  },
  "a removal": {
    call: (shard) =>
      shard.remove(
        (["file-kept3", "file-tail1", "file-large7", "file-never"] as const).map((fileId) => ({
          fileId,
          version: 5,
        })),
      ),
  },
  "a change of attributes": {
    call: (shard) => shard.setAttributes("file-kept2", 7, { even: false }),
  },
};

describe.for(Object.entries(CALLS))(
  "%s that ends before a statement",
  ([name, { before, call }]) => {
    it("leaves nothing, and can be repeated", { timeout: 60_000 }, async ({ expect }) => {
      const [shard, control] = [openShard(name), openShard(`${name}, control`)];
      for (const one of [shard, control]) {
        await fill(one);
        await before?.(one);
      }
      await call(control);
      const [unchanged, wanted] = [await answer(name), await answer(`${name}, control`)];
      let ended = 0;
      let isMade = false;
      for (let at = 1; ; at++) {
        await evictDurableObject(shard);
        const stop = await endAt(shard, at);
        const outcome = await call(shard).then(
          () => "made",
          () => "ended",
        );
        stop();
        if (outcome === "made") break;
        ended++;
        await evictDurableObject(shard);
        // The last statements, which set the alarm, are behind the transaction.
        const now = await answer(name);
        isMade ||= now === wanted;
        expect(now === (isMade ? wanted : unchanged), `before statement ${at}`).toBe(true);
      }
      expect(ended).toBeGreaterThan(5);
      expect((await answer(name)) === wanted).toBe(true);
      await evictDurableObject(shard);
      expect((await answer(name)) === wanted).toBe(true);
      for (const table of ["chunk", "segment", "segment_part", "staged_part", "removal", "merge"]) {
        expect(await countRows(shard, table), table).toBe(await countRows(control, table));
      }
    });
  },
);

/** Lets each alarm end after its first slice, or before a statement of it. Returns false once it has nothing to do. */
async function runSlice(shard: Shard, at: number): Promise<boolean> {
  await evictDurableObject(shard);
  const isDue = await runInDurableObject(shard, (_, { storage }) => storage.getAlarm());
  if (isDue === null) return false;
  const stop = await endAt(shard, at);
  try {
    await runDurableObjectAlarm(shard);
  } catch {
    // It ends before the statement, or after its first slice. The platform repeats an alarm that has failed.
    stop();
    await runInDurableObject(shard, (_, { storage }) => storage.setAlarm(Date.now()));
  } finally {
    stop();
  }
  return true;
}

describe("the upkeep of a shard that ends before any statement", () => {
  it("answers the same, and comes to an end: erasing", { timeout: 120_000 }, async ({ expect }) => {
    const shard = openShard("erasing");
    for (const name of ["kept", "large", "more"]) await shard.write(makeBatch(files(name, 90)));
    vi.spyOn(scheduler, "wait").mockRejectedValue(new Error("the process ends here"));
    await shard.remove(files("large", 88).map(({ fileId }) => ({ fileId, version: 5 })));
    await shard.remove(files("more", 50).map(({ fileId }) => ({ fileId, version: 5 })));
    const wanted = await answer("erasing");
    expect(await countRows(shard, "removal")).toBe(1);
    for (let at = 1; (await countRows(shard, "removal")) > 0 && at < 150; at++) {
      await runSlice(shard, at);
      await evictDurableObject(shard);
      expect((await answer("erasing")) === wanted, `before statement ${at}`).toBe(true);
    }
    expect(await countRows(shard, "removal")).toBe(0);
  });

  it(
    "answers the same, and comes to an end: conversion",
    { timeout: 120_000 },
    async ({ expect }) => {
      const shard = openShard("converting");
      const old = OLD_SHARDS["with units"];
      await fillOldShard(shard, old);
      vi.spyOn(scheduler, "wait").mockRejectedValue(new Error("the process ends here"));
      const some = old.answers.filter((_, index) => index % 5 === 0);
      for (let at = 1; at < 150; at += 2) {
        await runSlice(shard, at);
        await evictDurableObject(shard);
        for (const one of some) expect(await ask(shard, one, old.hidden)).toEqual(one);
        if ((await countRows(shard, "unindexed")) === 0) break;
      }
      expect(await countRows(shard, "unindexed")).toBe(0);
      expect(await shard.inspect()).toEqual({ ...old.inspected, indexed: 0 });
    },
  );
});
