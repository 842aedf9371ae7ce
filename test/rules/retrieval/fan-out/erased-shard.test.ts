import { describe, it } from "vitest";

import { ok } from "../../../../src/result.ts";
import { search, type SearchDeps, type SearchRequest } from "../../../../src/retrieval/search.ts";
import { makeDocument } from "../documents.ts";
import { makeStore } from "../shards.ts";

const REQUEST: SearchRequest = {
  queries: ["alpha"],
  filter: null,
  maxResults: 10,
  scoreThreshold: 0,
  weights: null,
};

/** Makes a store of two shards whose generation 1 is erased; plans name these generations, one after the other. */
function makeErased(generations: readonly number[], erased: readonly number[] = [0, 1]) {
  const store = makeStore([[makeDocument("a", ["alpha"])], [makeDocument("b", ["alpha beta"])]]);
  const planned: number[] = [];
  const isErased = (generation: number, shard: number) =>
    generation === 1 && erased.includes(shard);
  const deps: SearchDeps<never> = {
    ...store,
    plan: async (terms) => {
      const generation = generations[planned.length] ?? 1;
      planned.push(generation);
      const plan = await store.plan(terms);
      return plan.ok ? ok({ ...plan.value, contentVersion: generation, generation }) : plan;
    },
    shard: async (generation, number, query) =>
      isErased(generation, number) ? null : store.shard(generation, number, query, null),
    explainedShard: async (generation, number, query) =>
      isErased(generation, number) ? null : store.explainedShard(generation, number, query, null),
    contentVersion: async () => ok(1),
  };
  return { deps, planned };
}

async function find(deps: SearchDeps<never>, more: Partial<SearchRequest> = {}) {
  const found = await search(deps, { ...REQUEST, ...more });
  if (!found.ok) throw new Error("This store refuses nothing");
  const { hits, partial, contentVersion } = found.value;
  return { files: hits.map(({ fileId }) => fileId), partial, contentVersion };
}

const WHOLE = { files: ["file-a", "file-b"], partial: undefined, contentVersion: 2 };

describe("a search whose generation is erased while it goes on", () => {
  it.for([
    ["all shards", [0, 1]],
    ["one of two shards", [1]],
  ] as const)("is made again by a new plan: %s", async ([, erased], { expect }) => {
    for (const explain of [false, true]) {
      const { deps, planned } = makeErased([1, 2], erased);
      expect(await find(deps, { explain })).toEqual(WHOLE);
      expect(planned).toEqual([1, 2]);
    }
  });

  it("is made again, though its plan was known and not outdated when it was checked", async ({
    expect,
  }) => {
    const { deps, planned } = makeErased([2]);
    const known = await makeErased([1]).deps.plan(["alpha"]);
    if (known.ok) deps.known.keep(["alpha"], known.value);
    expect(await find(deps)).toEqual(WHOLE);
    expect(planned).toEqual([2]);
    // The outdated plan is not asked for again.
    expect(deps.known.find(() => ["alpha"])?.generation).toBe(2);
  });

  it("says that it is partial if the store names erased shards again and again", async ({
    expect,
  }) => {
    const { deps, planned } = makeErased([1, 1, 1, 2], [1]);
    expect(await find(deps)).toEqual({ files: ["file-a"], partial: true, contentVersion: 1 });
    expect(planned).toEqual([1, 1, 1]);
    const gone = makeErased([1, 1, 1, 2]);
    expect(await find(gone.deps)).toMatchObject({ files: [], partial: true });
  });
});
