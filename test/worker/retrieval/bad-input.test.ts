import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { find, ids, openShard } from "./shard.ts";

const HALF = { lexical: 0.5, dense: 0.5 };
const eq = (value: string) => ({ type: "eq", key: "n", value }) as const;

describe("a search shard", () => {
  it("finds a word of 10,000 characters by itself alone", async ({ expect }) => {
    const [long, other] = ["x".repeat(10_000), `${"y".repeat(9_999)}z`];
    const shard = openShard("long-terms");
    await shard.write(makeBatch([makeDocument("a", [long]), makeDocument("b", [other])]));

    expect(await ids(find("long-terms", long))).toEqual(["a-0000"]);
    expect(await ids(find("long-terms", other))).toEqual(["b-0000"]);
    expect((await shard.statistics([long])).documentCounts).toEqual([0]);
  });

  it("answers a question of 5,000 different words", async ({ expect }) => {
    await openShard("long-question").write(
      makeBatch([makeDocument("a", ["q7 q4999"]), makeDocument("b", ["q5000"])]),
    );
    const question = Array.from({ length: 5_000 }, (_, at) => `q${at}`).join(" ");

    expect(await ids(find("long-question", question))).toEqual(["a-0000"]);
  });

  it.for([
    ["of zeros", new Float32Array(512)],
    ["with NaN", hashEmbedding("alpha").fill(Number.NaN, 3, 4)],
    ["with infinity", hashEmbedding("alpha").fill(Number.POSITIVE_INFINITY, 3, 4)],
    ["of another dimension", new Float32Array(256).fill(0.0625)],
  ] as const)("takes a vector %s as similar to nothing", async ([name, vector], { expect }) => {
    const shard = openShard(`vector ${name}`);
    const bad = makeDocument("bad", ["alpha one"]);
    const chunks = bad.chunks.map((chunk) => ({ ...chunk, vector: quantize(vector) }));
    await shard.write(
      makeBatch([
        { ...bad, chunks },
        makeDocument("b", ["alpha two"]),
        makeDocument("c", ["beta"]),
      ]),
    );
    const asked = { vector: hashEmbedding("alpha"), weights: HALF };
    for (const state of ["in memory", "from storage"]) {
      const found = await find(`vector ${name}`, "alpha", asked);
      expect(
        found.map(({ chunkId, dense }) => [chunkId, dense > 0]),
        state,
      ).toEqual([
        ["b-0000", true],
        ["bad-0000", false],
      ]);
      const words = await find(`vector ${name}`, "alpha", { vector, weights: HALF });
      expect(
        words.map(({ dense }) => dense),
        state,
      ).toEqual([0, 0]);
      await evictDurableObject(shard);
    }
  });

  it("filters by an attribute with 100,000 different values", async ({ expect }) => {
    const shard = openShard("many-values");
    await shard.write(
      makeBatch(
        [7, 99_999].map((n) => makeDocument(`f${n}`, ["words"], { attributes: { n: `v${n}` } })),
      ),
    );
    await runInDurableObject(shard, (_, { storage: { sql } }) =>
      sql.exec(`WITH RECURSIVE numbers (n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM numbers WHERE n < 99998)
        INSERT INTO file (file_id, version, filename, attributes, first_chunk, chunk_count, ordinal)
        SELECT 'file-x' || n, 1, 'x', json_object('n', 'v' || n), 0, 0, n FROM numbers`),
    );
    await evictDurableObject(shard);
    expect(await ids(find("many-values", "words", { filter: eq("v99999") }))).toEqual([
      "f99999-0000",
    ]);
    expect(await find("many-values", "words", { filter: eq("v500") })).toEqual([]);
    const all = { type: "ne", key: "n", value: "none" } as const;
    expect(await find("many-values", "words", { filter: all })).toHaveLength(2);
  });
});
