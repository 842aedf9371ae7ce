import { describe, expect, it } from "vitest";

import type { Filter } from "../../../../src/knowledge/attributes.ts";
import { askShards } from "../../../../src/retrieval/fan-out/ask-shards.ts";
import type { SearchPlan, ShardQuery } from "../../../../src/retrieval/search-types.ts";
import { NO_WORK } from "../../../../src/retrieval/shard/shard-work.ts";
import type { NearestChunks } from "../../../../src/retrieval/vectorize/nearest-chunks.ts";
import type { IndexMatch } from "../../../../src/retrieval/vectorize/vector-index.ts";

const PLACED: SearchPlan = {
  contentVersion: 1,
  generation: 1,
  embeddingModel: "hash-1",
  shards: [0, 1],
  unavailable: [],
  chunkCount: 10,
  averageLength: 5,
  documentCounts: [],
  hidden: [],
  placement: { index: 2, namespace: "vs_a:1" },
  followed: [],
};
const QUERY: ShardQuery = {
  terms: [],
  averageLength: 5,
  vector: Float32Array.of(1, 0),
  weights: { lexical: 0.5, dense: 0.5 },
  filter: null,
  hidden: [],
  candidatesMax: 10,
  nearest: null,
};
const MATCHES: readonly IndexMatch[] = [
  { id: "vs_a:1:0:7", score: 0.9 },
  { id: "vs_a:1:1:8", score: 0.8 },
];

/**
 * Asks two shards, of which the first wants as many as `depth` of the nearest chunks. Returns how often the index was
 * asked, and what each shard was passed of its answer.
 */
async function ask(
  plan: SearchPlan,
  queries: readonly ShardQuery[],
  matches: readonly IndexMatch[] | null = MATCHES,
  depth: number | null = null,
) {
  const asked: unknown[] = [];
  const passed = new Map<number, (NearestChunks | null)[]>();
  const note = (number: number, { nearest }: ShardQuery) => {
    passed.set(number, [...(passed.get(number) ?? []), nearest]);
    return [];
  };
  await askShards(
    {
      shard: async (_, number, query) => note(number, query),
      explainedShard: async (_, number, query) => ({
        candidates: note(number, query),
        work: NO_WORK,
        ...(query.nearest?.mayDeepen && number === 0 && depth !== null && { depth }),
      }),
      nearest: async (placement, _vector, filter) => {
        asked.push(filter ?? placement);
        return matches;
      },
      onLeftOut: () => {},
    },
    plan,
    { queries },
  );
  return { asked, passed };
}

describe("a search of a store whose vectors are in a vector index", () => {
  it("asks the index once for each query, and passes each shard its own chunks", async () => {
    const { asked, passed } = await ask(PLACED, [QUERY, QUERY]);
    expect(asked).toEqual([PLACED.placement, PLACED.placement]);
    expect(passed.get(0)).toMatchObject([
      { index: 2, numbers: [7] },
      { index: 2, numbers: [7] },
    ]);
    expect(passed.get(1)).toMatchObject([
      { index: 2, numbers: [8] },
      { index: 2, numbers: [8] },
    ]);
  });

  it("does not ask it for a search by words, nor without an index", async () => {
    const words = { ...QUERY, weights: { lexical: 1, dense: 0 } };
    for (const [plan, query] of [
      [PLACED, words],
      [PLACED, { ...QUERY, vector: null }],
      [{ ...PLACED, placement: null }, QUERY],
    ] as const) {
      const { asked, passed } = await ask(plan, [query]);
      expect([asked, passed.get(0)]).toEqual([[], [null]]);
    }
  });

  it("lets the shards search themselves if the index does not answer", async () => {
    const { passed } = await ask(PLACED, [QUERY], null);
    expect([passed.get(0), passed.get(1)]).toEqual([[null], [null]]);
  });

  it("passes on the part of the filter that the index can test, by the slots of the plan", async () => {
    const plan = { ...PLACED, filterKeys: ["year", "team"] };
    const filter: Filter = { type: "eq", key: "team", value: "hr" };
    const { asked, passed } = await ask(plan, [{ ...QUERY, filter }]);
    expect(asked).toEqual([{ a1: { $eq: "shr" } }]);
    expect(passed.get(0)).toMatchObject([
      { filterKeys: ["year", "team"], mayDeepen: true, isAll: true },
    ]);
    const unknown = await ask(plan, [{ ...QUERY, filter: { ...filter, key: "other" } }]);
    expect(unknown.asked).toEqual([PLACED.placement]);
    expect(unknown.passed.get(0)).toMatchObject([{ filterKeys: null, mayDeepen: true }]);
    // Vectors that were written before there were slots.
    const old = await ask(PLACED, [{ ...QUERY, filter }]);
    expect(old.asked).toEqual([PLACED.placement]);
    expect(old.passed.get(0)).toMatchObject([{ filterKeys: null, mayDeepen: false }]);
  });

  it("asks each partition once, for the shards alone that want more of the nearest", async () => {
    const plan = { ...PLACED, filterKeys: ["year"] };
    const filter: Filter = { type: "eq", key: "other", value: 1 };
    const { asked, passed } = await ask(plan, [{ ...QUERY, filter }], MATCHES, 200);
    expect(asked).toEqual([
      PLACED.placement,
      ...[0, 4, 8, 12].map((from) => ({ part: { $in: [from, from + 1, from + 2, from + 3] } })),
    ]);
    expect(passed.get(0)).toMatchObject([
      { mayDeepen: true },
      { mayDeepen: false, filterKeys: ["year"], isAll: true },
    ]);
    expect(passed.get(1)).toHaveLength(1);
    const deep = await ask(plan, [{ ...QUERY, filter }], MATCHES, 900);
    expect(deep.asked).toHaveLength(1 + 16);
  });
});
