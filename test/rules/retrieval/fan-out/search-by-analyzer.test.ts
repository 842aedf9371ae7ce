import { describe, expect, it } from "vitest";

import { ok } from "../../../../src/result.ts";
import { UnknownAnalyzer } from "../../../../src/retrieval/analysis/analyzer.ts";
import { PlanCache } from "../../../../src/retrieval/fan-out/plan-cache.ts";
import { search, type SearchDeps, type SearchRequest } from "../../../../src/retrieval/search.ts";
import { makeDocument } from "../documents.ts";
import { makeStore } from "../shards.ts";

const TEXTS = { desk: "Our IT is on floor 3.", news: "It is cold today.", user: "setUserName" };
const WORDS_ALONE = { lexical: 1, dense: 0 };

/**
 * Makes a store with a generation for each version of the analyzer, and records the terms of its plans. `serve` is the
 * switch: another generation serves, and the content version rises.
 */
function makeGenerations() {
  const generations = [1, 2].map((analyzer) =>
    makeStore([
      Object.entries(TEXTS).map(([name, text]) => makeDocument(name, [text], { analyzer })),
    ]),
  );
  const state: { serving: number; contentVersion: number } = { serving: 1, contentVersion: 1 };
  const asked: (readonly string[])[] = [];
  const storeOf = (generation: number): SearchDeps<never> => {
    const found = generations[generation - 1];
    if (!found) throw new Error(`There is no generation ${generation}`);
    return found;
  };
  const deps: SearchDeps<never> = {
    ...storeOf(1),
    known: new PlanCache().ofStore("store"),
    plan: async (terms) => {
      asked.push(terms);
      const { serving: generation, contentVersion } = state;
      const planned = await storeOf(generation).plan(terms);
      if (!planned.ok) return planned;
      const plan = { ...planned.value, generation, contentVersion };
      // The plan of a store of a build that had one version does not name it.
      return ok(generation === 1 ? plan : { ...plan, analyzer: generation });
    },
    shard: (generation, number, query) =>
      storeOf(generation).shard(generation, number, query, null),
    explainedShard: (generation, number, query) =>
      storeOf(generation).explainedShard(generation, number, query, null),
    contentVersion: async () => ok(state.contentVersion),
  };
  const serve = (generation: number) => {
    state.serving = generation;
    state.contentVersion++;
  };
  return { deps, asked, serve };
}

async function find(deps: SearchDeps<never>, query: string, more: Partial<SearchRequest> = {}) {
  const request = { queries: [query], filter: null, maxResults: 10, scoreThreshold: 0 };
  const found = await search(deps, { ...request, weights: WORDS_ALONE, ...more });
  if (!found.ok) throw new Error("This store refuses nothing");
  return found.value;
}

const names = async (...asked: Parameters<typeof find>) =>
  (await find(...asked)).hits.map(({ filename }) => filename);

describe("a search", () => {
  it("analyses its queries by the version of the generation that serves, after each switch", async () => {
    const { deps, serve } = makeGenerations();
    for (const [generation, wanted] of [
      [1, []],
      [2, ["desk.txt"]],
      [1, []],
      [2, ["desk.txt"]],
    ] as const) {
      serve(generation);
      expect(await names(deps, "IT")).toEqual(wanted);
      // By the plan that is known now.
      expect(await names(deps, "IT")).toEqual(wanted);
      expect(await names(deps, "cold")).toEqual(["news.txt"]);
    }
  });

  it("asks for a plan twice only where it did not know the version, and keeps no plan of other terms", async () => {
    const { deps, asked, serve } = makeGenerations();
    serve(2);
    await find(deps, "IT");
    expect(asked.splice(0)).toEqual([[], ["it"]]);
    await find(deps, "user_name");
    expect(asked.splice(0)).toEqual([["user", "name", "usernam"]]);
    // The content changes, and the version does not.
    serve(2);
    await find(deps, "IT");
    expect(asked.splice(0)).toEqual([["it"]]);
    serve(1);
    await find(deps, "IT");
    expect(asked.splice(0)).toEqual([["it"], []]);
    expect(await names(deps, "user_name")).toEqual([]);
    expect(asked.splice(0)).toEqual([["user", "name"]]);
  });

  it("says and explains by which version it was made", async () => {
    const { deps, serve } = makeGenerations();
    serve(2);
    const found = await find(deps, "IT", { explain: true });
    expect(found.analyzer).toBe(2);
    expect(found.hits.map(({ explanation }) => explanation?.lexical)).toMatchObject([
      { analyzer: 2, length: 4, terms: [{ term: "it", frequency: 1 }] },
    ]);
    serve(1);
    expect(
      (await find(deps, "floor", { explain: true })).hits[0]?.explanation?.lexical,
    ).toMatchObject({
      analyzer: 1,
      length: 3,
    });
  });

  it("is an error by a version that this build does not have, and is made by no other", async () => {
    const { deps, serve } = makeGenerations();
    serve(2);
    await find(deps, "IT");
    const newer: SearchDeps<never> = {
      ...deps,
      plan: async (terms) => {
        const planned = await deps.plan(terms);
        return planned.ok ? ok({ ...planned.value, analyzer: 3 }) : planned;
      },
    };
    serve(2);
    await expect(find(newer, "IT")).rejects.toThrow(UnknownAnalyzer);
  });

  it("ends if the generation changes with each of its plans", async () => {
    const { deps, serve } = makeGenerations();
    let turn = 1;
    const restless: SearchDeps<never> = {
      ...deps,
      plan: (terms) => {
        serve((turn++ % 2) + 1);
        return deps.plan(terms);
      },
    };
    await expect(find(restless, "IT")).rejects.toThrow("changed with each plan");
  });
});
