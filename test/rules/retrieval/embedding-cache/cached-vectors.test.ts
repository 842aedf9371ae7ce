import { DatabaseSync } from "node:sqlite";

import { describe, expect, it } from "vitest";

import { CacheTables } from "../../../../durable-objects/embedding-cache/cache-tables.ts";
import {
  CachedVectors,
  type CacheLimits,
} from "../../../../durable-objects/embedding-cache/cached-vectors.ts";
import createBlocks from "../../../../migrations/embedding-cache/0001_blocks.sql";
import type { VectorBatch } from "../../../../src/retrieval/embedding-cache/cache-client.ts";
import { KEY_BYTES } from "../../../../src/retrieval/embedding-cache/text-key.ts";
import { rowReader, sqlStorageOf } from "../../node-sql.ts";

const HOUR_MS = 3_600_000;
/** Room for 12 vectors of 16 bytes, in blocks of four. */
const LIMITS: CacheLimits = { bytesMax: 12 * 32, vectorsMax: 1_000, blockBytes: 64 };

/** Storage that counts the rows that are written, and caches that start from it. */
function makeStorage(limits: CacheLimits = LIMITS) {
  const database = new DatabaseSync(":memory:");
  database.exec(createBlocks);
  const read = rowReader(database);
  const written = { rows: 0 };
  const tables = new CacheTables(
    sqlStorageOf((query, given) => {
      if (/^\s*(INSERT|UPDATE|DELETE)/.test(query)) written.rows++;
      return read(query, given);
    }),
  );
  return { database, written, start: () => new CachedVectors(tables, limits) };
}

const keyOf = (text: string) => new Uint8Array(new TextEncoder().encode(text.padEnd(KEY_BYTES)));
const join = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const keysOf = (texts: readonly string[]) => join(texts.map(keyOf));
/** The vector of a text: its letters, over and over. */
const vectorOf = (text: string, bytes = 16) =>
  Uint8Array.from({ length: bytes }, (_none, at) => text.charCodeAt(at % text.length));
const batchOf = (texts: readonly string[], more: Partial<VectorBatch> = {}): VectorBatch => ({
  model: "llm.test:m",
  form: "passage",
  keys: keysOf(texts),
  vectors: join(texts.map((text) => vectorOf(text))),
  ...more,
});
const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_none, at) => `${prefix}${at}`);
const which = (cache: CachedVectors, texts: readonly string[], now = 0) => {
  const found = cache.find(keysOf(texts), now);
  return texts.filter((text, at) => {
    const vector = found[at];
    if (vector) expect([text, vector]).toEqual([text, vectorOf(text, vector.length)]);
    return vector !== null;
  });
};

describe("the vectors of an embedding cache", () => {
  it("are found by their keys, also after a restart, each with its own vector", () => {
    const { start } = makeStorage();
    const cache = start();
    const texts = names("t", 10);
    cache.keep(batchOf(texts.slice(0, 3)), 1);
    cache.keep(batchOf(texts.slice(3)), 2);

    expect(which(cache, [...texts, "other"])).toEqual(texts);
    expect(which(start(), [...texts, "other"])).toEqual(texts);
    expect(start().size()).toEqual({ vectors: 10, bytes: 10 * 32 });
  });

  it("are written once, in as few rows as blocks, however often they come", () => {
    const { start, written } = makeStorage();
    const cache = start();
    cache.keep(batchOf(names("t", 8)), 1);
    expect(written.rows).toBe(2);
    cache.keep(batchOf(names("t", 8)), 2);
    cache.keep(batchOf(["new", "new"]), 3);
    expect(written.rows).toBe(3);
    expect(cache.size().vectors).toBe(9);
    expect(start().size()).toEqual(cache.size());
  });

  it.each([
    ["", false],
    [", also after a restart", true],
  ])("give way in the order of their last use%s", (_when, restarts) => {
    const { start } = makeStorage();
    const cache = start();
    for (const [index, block] of ["a", "b", "c"].entries()) {
      cache.keep(batchOf(names(block, 4)), index);
    }
    which(cache, ["a0"], 2 * HOUR_MS);
    const later = restarts ? start() : cache;
    later.keep(batchOf(names("d", 4)), 3 * HOUR_MS);

    for (const seen of [later, start()]) {
      expect(which(seen, ["a0", "b0", "c0", "d0"])).toEqual(["a0", "c0", "d0"]);
      expect(seen.size().vectors).toBe(12);
    }
  });

  it("cost no row for a use within an hour of the last one that was written", () => {
    const { start, written } = makeStorage();
    const cache = start();
    cache.keep(batchOf(names("t", 4)), 0);
    written.rows = 0;
    for (let minute = 0; minute < 180; minute++) which(cache, ["t0"], minute * 60_000);
    expect(written.rows).toBe(2);
  });

  it("never have more bytes or vectors than the bounds, whatever comes", () => {
    for (const limits of [LIMITS, { ...LIMITS, bytesMax: 1e9, vectorsMax: 10 }]) {
      const { start } = makeStorage(limits);
      let cache = start();
      for (let round = 0; round < 60; round++) {
        const form = round % 3 === 0 ? "question" : "passage";
        cache.keep(batchOf(names(`r${round}-`, 1 + (round % 5)), { form }), round);
        if (round % 7 === 0) cache = start();
        const { bytes, vectors } = cache.size();
        expect(bytes).toBeLessThanOrEqual(limits.bytesMax);
        expect(vectors).toBeLessThanOrEqual(limits.vectorsMax);
        expect(start().size()).toEqual(cache.size());
      }
      expect(cache.size().vectors).toBeGreaterThan(5);
    }
  });

  it("keep one vector that is larger than a block and than the bound", () => {
    const { start } = makeStorage();
    const vectors = vectorOf("big", 1_000);
    start().keep(batchOf(["big"], { vectors }), 1);
    expect(which(start(), ["big"])).toEqual(["big"]);
  });

  it("are dropped when their model makes vectors of another length, and no others", () => {
    const { start } = makeStorage();
    const cache = start();
    cache.keep(batchOf(["old", "same"]), 1);
    cache.keep(batchOf(["question"], { form: "question" }), 1);
    cache.keep(batchOf(["other"], { model: "llm.test:n" }), 1);
    cache.keep(batchOf(["new"], { vectors: vectorOf("new", 8) }), 2);

    expect(which(cache, ["old", "same", "question", "other", "new"])).toEqual([
      "question",
      "other",
      "new",
    ]);
    expect(start().size()).toEqual(cache.size());
  });

  it("are dropped once they were not used for long", () => {
    const { start } = makeStorage();
    const cache = start();
    cache.keep(batchOf(names("a", 4)), 1_000);
    cache.keep(batchOf(names("b", 4)), 2_000);
    expect(cache.dropUnused(1_500)).toBe(2_000);
    expect(which(start(), ["a0", "b0"])).toEqual(["b0"]);
    expect(start().dropUnused(1e15)).toBe(null);
    expect(start().size()).toEqual({ vectors: 0, bytes: 0 });
  });

  it("count as missing where a row is lost or cut, and can be kept again", () => {
    const { start, database } = makeStorage();
    const cache = start();
    cache.keep(batchOf([...names("a", 4), ...names("b", 4)]), 1);
    database.exec("DELETE FROM block WHERE id = 1");
    database.exec("UPDATE block SET vectors = substr(vectors, 1, 5) WHERE id = 2");

    expect(which(cache, ["a0", "a1", "b0"])).toEqual([]);
    expect(cache.size().vectors).toBe(0);
    cache.keep(batchOf(["a0", "b0"]), 2);
    expect(which(start(), ["a0", "a1", "b0"])).toEqual(["a0", "b0"]);
    database.exec("DELETE FROM block");
    cache.keep(batchOf(["c0"]), 3);
    expect(which(start(), ["a0", "b0", "c0"])).toEqual(["c0"]);
  });
});
