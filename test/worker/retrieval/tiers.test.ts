import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { SHARD_MEMORY } from "../../../durable-objects/search-shard/shard-memory.ts";
import {
  CODES_A_BLOCK,
  CodeTables,
} from "../../../durable-objects/search-shard/tables/code-tables.ts";
import { CodedScan } from "../../../src/retrieval/dense/coded/coded-scan.ts";
import { hash1, hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import type { ShardQuery } from "../../../src/retrieval/search-types.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { countRows, findExplained, makeQuery, openShard } from "./shard.ts";

const NAME = "tiers";
/** Four blocks of codes, and some calls of a few chunks: the first codes are made with the chunk 4,096. */
const CALLS = [...Array.from({ length: 42 }, () => 100), ...Array.from({ length: 5 }, () => 3)];
const QUESTIONS = ["w3 w17", "w900 w31 w8", "w5 w5 w77 w1234 w60", "w2000", "nothing w12"];

/** Makes files of one chunk, whose words are the same in every run: some frequent, most rare. */
const makeFiles = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const words = Array.from({ length: 12 }, (_word, at) => {
      const draw = Math.imul((from + index) * 31 + at + 1, 0x9e3779b1) >>> 0;
      return `w${Math.floor(4_000 * (draw / 2 ** 32) ** 2)}`;
    });
    return makeDocument(`f${from + index}`, [words.join(" ")]);
  });

/** Memory of other shards: 79 MB leave no room for rows of vectors, 90 MB are more than all shards may hold. */
const OTHERS = { id: "others", heldBytes: 0, giveUp: () => {} };
const fillMemory = (heldBytes = 79_000_000) =>
  SHARD_MEMORY.noteUse(Object.assign(OTHERS, { heldBytes }));

/** Asks by words and vectors, and by vectors alone. Returns the answers as JSON, and the tiers that made them. */
async function askAll() {
  const answers: string[] = [];
  const tiers = new Set<string | null>();
  for (const question of QUESTIONS) {
    for (const dense of [0.1, 0.5, 1]) {
      const weights = { lexical: 1 - dense, dense };
      const vector = hashEmbedding(question);
      const query = await makeQuery(NAME, question, { vector, weights });
      const { candidates, work } = await findExplained(NAME, query);
      answers.push(JSON.stringify(candidates));
      tiers.add(work.dense);
    }
  }
  return { answers, tiers: [...tiers] };
}

/** Counts the different codes in a block. */
const countCodes = (key: number) =>
  runInDurableObject(openShard(NAME), (_, { storage: { sql } }) => {
    const { bits } = new CodeTables(sql).read(hash1.dimensions, key);
    const bytes = bits.length / CODES_A_BLOCK;
    return new Set(
      Array.from({ length: CODES_A_BLOCK }, (_code, at) =>
        bits.subarray(at * bytes, (at + 1) * bytes).join(),
      ),
    ).size;
  });

afterEach(() => SHARD_MEMORY.forget(OTHERS));

describe("a search shard of 4,200 chunks", () => {
  beforeAll(async () => {
    let from = 0;
    for (const count of CALLS) {
      await openShard(NAME).write(makeBatch(makeFiles(from, count)));
      from += count;
    }
    await runDurableObjectAlarm(openShard(NAME));
  });

  it("stores the codes of 1,024 chunks in each slice of its alarm, from 4,096 on", async ({
    expect,
  }) => {
    expect(await countRows(openShard(NAME), "code_block")).toBe(4);
    expect(await countCodes(3)).toBeGreaterThan(1_000);
  });

  it("answers the same from codes when other shards need the memory, also after a restart", async ({
    expect,
  }) => {
    const exact = await askAll();
    expect(exact.tiers).toEqual(["exact"]);
    fillMemory();
    const coded = await askAll();
    expect(coded.tiers).toEqual(["coded"]);
    expect(coded.answers).toEqual(exact.answers);

    await evictDurableObject(openShard(NAME));
    const restarted = await askAll();
    expect(restarted).toEqual(coded);
    SHARD_MEMORY.forget(OTHERS);
    await evictDurableObject(openShard(NAME));
    expect((await askAll()).tiers).toEqual(["exact"]);
  });

  it("keeps its codes while memory stays short, and loads nothing again", async ({ expect }) => {
    fillMemory(90_000_000);
    await evictDurableObject(openShard(NAME));
    await askAll();
    const load = vi.spyOn(CodedScan.prototype, "append");
    const again = await askAll();
    SHARD_MEMORY.forget(OTHERS);
    // There is room for rows again: a tier that is loaded stays.
    const later = await askAll();

    expect([again.tiers, later.tiers]).toEqual([["coded"], ["coded"]]);
    expect(load).not.toHaveBeenCalled();
  });

  it("makes a block of codes again that is damaged", async ({ expect }) => {
    const before = await askAll();
    await runInDurableObject(openShard(NAME), (_, { storage: { sql } }) => {
      sql.exec("UPDATE code_block SET bytes = zeroblob(length(bytes)) WHERE key = 1");
      sql.exec("DELETE FROM code_block WHERE key = 2");
    });
    await evictDurableObject(openShard(NAME));
    fillMemory();

    expect(await askAll()).toEqual({ ...before, tiers: ["coded"] });
    expect(await countRows(openShard(NAME), "code_block")).toBe(4);
    expect(await countCodes(1)).toBeGreaterThan(1_000);
  });

  it("makes its codes again when their mean is damaged", async ({ expect }) => {
    const before = await askAll();
    const log = vi.spyOn(console, "error").mockReturnValue();
    await runInDurableObject(openShard(NAME), (_, { storage: { sql } }) =>
      sql.exec("UPDATE code_state SET mean = zeroblob(length(mean))"),
    );
    await evictDurableObject(openShard(NAME));
    fillMemory();

    expect(await askAll()).toEqual({ ...before, tiers: ["coded"] });
    expect(log.mock.calls.filter(([line]) => String(line).includes("codes.damaged")).length).toBe(
      1,
    );
    log.mockRestore();
    await openShard(NAME).write(makeBatch([makeDocument("mean", ["nothing else"])]));
    await openShard(NAME).remove([{ fileId: "file-mean", version: 1 }]);
    await runDurableObjectAlarm(openShard(NAME));
    expect(await countRows(openShard(NAME), "code_block")).toBe(4);
    expect(await countRows(openShard(NAME), "code_state")).toBe(1);
  });

  it("answers with filters that admit nothing, or everything, from rows and from codes", async ({
    expect,
  }) => {
    const vector = hashEmbedding("w3 w17");
    const ask = async (filter: ShardQuery["filter"]) => {
      const weights = { lexical: 0.5, dense: 0.5 };
      const query = await makeQuery(NAME, "w3 w17", { vector, weights, filter });
      const { candidates, work } = await findExplained(NAME, query);
      return { candidates, tier: work.dense };
    };
    for (const tier of ["exact", "coded"]) {
      if (tier === "coded") fillMemory();
      await evictDurableObject(openShard(NAME));
      const all = await ask(null);
      expect(all.candidates).toHaveLength(10);
      expect(all.tier).toBe(tier);
      expect(await ask({ type: "ne", key: "n", value: 1 })).toEqual(all);
      expect(await ask({ type: "and", filters: [] })).toEqual(all);
      for (const type of ["eq", "gt"] as const) {
        expect(await ask({ type, key: "n", value: 1 })).toEqual({ candidates: [], tier });
      }
      expect(await ask({ type: "or", filters: [] })).toEqual({ candidates: [], tier });
    }
  });

  it("finds what is written while it answers from codes, and nothing that was removed", async ({
    expect,
  }) => {
    fillMemory();
    await evictDurableObject(openShard(NAME));
    await askAll();
    await openShard(NAME).write(makeBatch([makeDocument("new", ["w2000 w2000 w2000"])]));
    const find = async () => {
      const vector = hashEmbedding("w2000");
      const query = await makeQuery(NAME, "w2000", { vector, weights: { lexical: 0, dense: 1 } });
      const { candidates, work } = await findExplained(NAME, query);
      return { first: candidates[0]?.fileId, dense: work.dense };
    };
    expect(await find()).toEqual({ first: "file-new", dense: "coded" });

    await openShard(NAME).remove([{ fileId: "file-new", version: 1 }]);
    expect((await find()).first).not.toBe("file-new");
  });

  it("erases the codes of removed chunks with their vectors", async ({ expect }) => {
    const files = Array.from({ length: 3_000 }, (_, index) => ({
      fileId: `file-f${index}` as const,
      version: 1,
    }));
    await openShard(NAME).remove(files);
    await runDurableObjectAlarm(openShard(NAME));

    // One code of zeros is left of the first block, for all of its chunks.
    expect(await countCodes(0)).toBe(1);
    expect(await countCodes(3)).toBeGreaterThan(1_000);
  });
});
