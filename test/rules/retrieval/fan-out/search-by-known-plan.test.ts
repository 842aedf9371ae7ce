import { describe, expect, it } from "vitest";

import { err, ok, type Result } from "../../../../src/result.ts";
import { hash1 } from "../../../../src/retrieval/hash-embedding.ts";
import type { SearchPlan } from "../../../../src/retrieval/search-types.ts";
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

type Changed = { contentVersion: number; hidden: SearchPlan["hidden"] };

/** Makes a store of two shards that can be changed, and records the calls of searches in rounds. */
function makeChanging() {
  const state: Changed = { contentVersion: 1, hidden: [] };
  const calls: string[] = [];
  const store = makeStore([[makeDocument("a", ["alpha"])], [makeDocument("b", ["alpha beta"])]]);
  const note = <Value>(name: string, value: Promise<Value>) => {
    calls.push(name);
    return value;
  };
  const deps: SearchDeps<"gone"> = {
    ...store,
    plan: (terms) =>
      note("plan", store.plan(terms)).then((plan) =>
        plan.ok ? ok({ ...plan.value, ...state }) : plan,
      ),
    shard: (generation, number, query) =>
      note(`shard ${number}`, store.shard(generation, number, query, null)),
    contentVersion: () =>
      note("version", Promise.resolve<Result<number, "gone">>(ok(state.contentVersion))),
    embedder: () => ({
      ...hash1,
      embed: (texts) => note("embed", hash1.embed(texts)),
    }),
  };
  return { state, calls, deps };
}

async function findFiles(deps: SearchDeps<"gone">, request: Partial<SearchRequest> = {}) {
  const found = await search(deps, { ...REQUEST, ...request });
  return found.ok ? found.value.hits.map(({ fileId }) => fileId) : found.error;
}

describe("a search whose plan is known", () => {
  it("makes one round of calls: the version, and each shard once", async () => {
    const { calls, deps } = makeChanging();
    const cold = await findFiles(deps);
    expect(calls.splice(0)).toEqual(["plan", "embed", "shard 0", "shard 1"]);

    expect(await findFiles(deps)).toEqual(cold);
    expect(calls).toEqual(["embed", "shard 0", "shard 1", "version"]);
  });

  it("is made again by a new plan when the version is another one, with the same vectors", async () => {
    const { state, calls, deps } = makeChanging();
    expect(await findFiles(deps)).toEqual(["file-a", "file-b"]);
    Object.assign(state, { contentVersion: 2, hidden: ["file-a"] });
    calls.splice(0);

    expect(await findFiles(deps)).toEqual(["file-b"]);
    expect(calls.filter((call) => call === "embed")).toHaveLength(1);
    expect(calls.filter((call) => call === "plan")).toHaveLength(1);
    // A store that was restored from a backup counts from an earlier version.
    Object.assign(state, { contentVersion: 1, hidden: [] });
    expect(await findFiles(deps)).toEqual(["file-a", "file-b"]);
  });

  it("asks for the plan when one of its terms is new", async () => {
    const { calls, deps } = makeChanging();
    await findFiles(deps);
    calls.splice(0);
    await findFiles(deps, { queries: ["alpha", "beta"] });

    expect(calls.slice(0, 1)).toEqual(["plan"]);
    expect(calls).not.toContain("version");
  });

  it("returns the refusal of a store that was deleted, and forgets its plan", async () => {
    const { calls, deps } = makeChanging();
    await findFiles(deps);
    const gone = { ...deps, contentVersion: async () => err("gone" as const) };

    expect(await findFiles(gone)).toBe("gone");
    calls.splice(0);
    await findFiles(deps);
    expect(calls[0]).toBe("plan");
  });

  it("drops the failure of shards that were asked by an outdated plan", async () => {
    const { state, deps } = makeChanging();
    await findFiles(deps);
    state.contentVersion = 2;
    let failures = 2;
    const broken: SearchDeps<"gone"> = {
      ...deps,
      shard: (...call) =>
        failures-- > 0 ? Promise.reject(new Error("reset")) : deps.shard(...call),
    };

    expect(await findFiles(broken)).toEqual(["file-a", "file-b"]);
  });
});
