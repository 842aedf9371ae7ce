import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { measure } from "../measure-sql.ts";
import { openShard } from "./shard.ts";

/** Makes a text of 120 words, of which 5,000 are different in all texts together. */
const makeText = (seed: number) =>
  Array.from({ length: 120 }, (_, at) => `w${(seed * 7_919 + at * at * 31) % 5_000}`).join(" ");

const makeFile = (number: number, chunks: number, version = 1) =>
  makeDocument(
    `f${number}`,
    Array.from({ length: chunks }, (_, at) => makeText(number * 50 + at + version)),
    { version },
  );

/** Counts the rows that calls of a shard write, and the alarms after each, which merge segments. */
async function count(
  name: string,
  calls: readonly ((shard: SearchShardObject) => Promise<unknown>)[],
): Promise<number> {
  const shard = openShard(name);
  let written = 0;
  for (const call of calls) {
    const { cost } = await runInDurableObject(shard, (object: SearchShardObject, { storage }) =>
      measure(storage, () => call(object)),
    );
    written += cost.written;
    await runDurableObjectAlarm(shard);
  }
  return written;
}

/** Fills a shard with calls. Returns the rows written for each chunk. */
async function fill(name: string, calls: number, files: number, chunks: number): Promise<number> {
  const written = await count(
    name,
    Array.from({ length: calls }, (_, call) => (shard: SearchShardObject) => {
      const documents = Array.from({ length: files }, (_file, at) =>
        makeFile(call * files + at, chunks),
      );
      return shard.write(makeBatch(documents));
    }),
  );
  return written / (calls * files * chunks);
}

const remove = (number: number) => (shard: SearchShardObject) =>
  shard.remove([{ fileId: `file-f${number}`, version: 9 }]);
const replace = (number: number, chunks: number) => (shard: SearchShardObject) =>
  shard.write(makeBatch([makeFile(number, chunks, 2)]));
const numbers = (count_: number, from: number) =>
  Array.from({ length: count_ }, (_, at) => from + at);

/** What FTS5 wrote: for one file of one chunk 3 rows, for a replaced one 5, for a removed one 4. */
describe("a row written to a search shard", () => {
  it("is one of at most 2.3 for each file of a chunk, merges included", async ({ expect }) => {
    expect(await fill("one", 600, 1, 1)).toBeLessThan(2.3);
    const replaced = await count(
      "one",
      numbers(40, 0).map((number) => replace(number * 13, 1)),
    );
    expect(replaced / 40).toBeLessThan(4.2);
    const removed = await count(
      "one",
      numbers(40, 0).map((number) => remove(number * 13 + 1)),
    );
    expect(removed / 40).toBeLessThanOrEqual(4);
  });

  it("is one of at most 2.3 for each file of a chunk, with 50 in a call", async ({ expect }) => {
    expect(await fill("fifty", 20, 50, 1)).toBeLessThan(2.3);
  });

  it("is one of at most 1.3 for each chunk of a file of 50", async ({ expect }) => {
    expect(await fill("long", 20, 1, 50)).toBeLessThan(1.3);
    const removed = await count("long", numbers(10, 0).map(remove));
    expect(removed / 10).toBeLessThanOrEqual(53);
  });
});
