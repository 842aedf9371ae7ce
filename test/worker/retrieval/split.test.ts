import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { ok } from "../../../src/result.ts";
import { meanLength, sumStatistics } from "../../../src/retrieval/bm25.ts";
import { PlanCache } from "../../../src/retrieval/fan-out/plan-cache.ts";
import { hash1 } from "../../../src/retrieval/hash-embedding.ts";
import { search, type SearchDeps } from "../../../src/retrieval/search.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { NO_WORK } from "../../../src/retrieval/shard/shard-work.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";

const WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu".split(" ");

/** Makes texts of different lengths with words of different frequency, identical in every run. */
const documents = Array.from({ length: 120 }, (_, n) =>
  makeDocument(
    `d${n}`,
    [0, 1].map((chunk) =>
      Array.from(
        { length: 3 + ((n * 7 + chunk) % 23) },
        (_word, at) => WORDS[(n * at + at * at + chunk) % (1 + (n % WORDS.length))],
      ).join(" "),
    ),
    { attributes: { even: n % 2 === 0 } },
  ),
);

async function createStore(name: string, shardFor: (index: number) => number, shardCount: number) {
  const shards = Array.from({ length: shardCount }, (_, number) =>
    env.SEARCH_SHARDS.getByName(`${name}:${number}`),
  );
  for (const [number, shard] of shards.entries()) {
    await shard.write(makeBatch(documents.filter((_, index) => shardFor(index) === number)));
  }
  const deps: SearchDeps<never> = {
    async plan(terms) {
      const parts = await Promise.all(shards.map((shard) => shard.statistics(terms)));
      const { chunkCount, documentCounts, ...rest } = sumStatistics(parts);
      return ok({
        contentVersion: 1,
        generation: 1,
        embeddingModel: hash1.model,
        shards: shards.map((_, number) => number),
        unavailable: [],
        chunkCount,
        averageLength: meanLength({ chunkCount, documentCounts, ...rest }),
        documentCounts,
        hidden: ["file-d7"],
        placement: null,
        followed: [],
      });
    },
    shard: async (_, number, query) => (await shards[number]?.search(query)) ?? [],
    explainedShard: async (_, number, query) =>
      (await shards[number]?.searchExplained(query)) ?? { candidates: [], work: NO_WORK },
    nearest: async () => null,
    onLeftOut: () => {},
    known: new PlanCache().ofStore(name),
    contentVersion: async () => ok(1),
    embedder: () => hash1,
    warnings: async () => new Map(),
  };
  return deps;
}

describe("a store split into shard objects", () => {
  it("ranks like a single shard, even when one of them has nearly all documents", async ({
    expect,
  }) => {
    const stores = await Promise.all([
      createStore("one", () => 0, 1),
      createStore("even", (index) => index % 4, 4),
      createStore("skewed", (index) => (index < 112 ? 0 : index - 111), 9),
      createStore("by-topic", (index) => index % WORDS.length, WORDS.length),
    ]);
    for (const question of ["alpha", "kappa mu", "zeta theta beta nothing", "lamda"]) {
      for (const filter of [null, { type: "eq", key: "even", value: true } as const]) {
        const request = {
          queries: [question],
          filter,
          maxResults: 15,
          scoreThreshold: 0,
          weights: null,
        };
        const rankings = await Promise.all(
          stores.map(async (deps) => {
            const found = await search(deps, request);
            return found.ok && found.value.hits.map(({ chunkId, score }) => ({ chunkId, score }));
          }),
        );
        expect(rankings[0] ? rankings[0].length : 0).toBeGreaterThan(5);
        for (const ranking of rankings) expect(ranking).toEqual(rankings[0]);
      }
    }
  });
});
