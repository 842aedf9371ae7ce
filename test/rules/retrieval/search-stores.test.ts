import { describe, it } from "vitest";

import type { VectorStoreId } from "../../../src/ids.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import { searchStores } from "../../../src/retrieval/search-stores.ts";
import type { SearchOutcome } from "../../../src/retrieval/search.ts";

const degraded = { from: "embedder", reason: "timeout" };
const outcome = (scores: Record<string, number>, more: Partial<SearchOutcome> = {}) =>
  ok<SearchOutcome>({
    hits: Object.entries(scores).map(([chunkId, score]) => ({ ...HIT, chunkId, score })),
    cut: [],
    contentVersion: 1,
    analyzer: 1,
    ...more,
  });
const HIT = {
  places: null,
  units: null,
  chunkId: "",
  fileId: "file-1",
  version: 1,
  filename: "a.md",
  attributes: {},
  ordinal: 0,
  heading: "",
  text: "",
  start: 0,
  end: 0,
  lexical: 0,
  dense: 0,
  score: 0,
} as const;

const STORES: Readonly<Record<VectorStoreId, Result<SearchOutcome, string>>> = {
  vs_one: outcome({ b: 0.5, d: 0.2 }),
  vs_two: outcome({ c: 0.9, a: 0.5 }),
  vs_poor: outcome({ e: 0.1 }, { degraded }),
  vs_partial: outcome({ f: 0.1 }, { partial: true }),
  vs_gone: err("gone"),
};
const deps = {
  searchStore: async (id: VectorStoreId): Promise<Result<SearchOutcome, string>> =>
    STORES[id] ?? err("unknown"),
};

/** Searches these stores for three hits. */
async function find(storeIds: VectorStoreId[], missing: "refuse" | "skip" = "refuse") {
  const found = await searchStores(deps, { storeIds, maxResults: 3, missing });
  return found.ok
    ? { ...found.value, hits: found.value.hits.map(({ chunkId }) => chunkId) }
    : found.error;
}

describe("searchStores", () => {
  it("merges hits by score and by id, in any order of the stores", async ({ expect }) => {
    const merged = { hits: ["c", "a", "b"], cut: [{ chunkId: "d", reason: "max_num_results" }] };

    expect(await find(["vs_one", "vs_two"])).toMatchObject(merged);
    expect(await find(["vs_two", "vs_one", "vs_two"])).toMatchObject(merged);
  });

  it("is degraded when one of the searches was", async ({ expect }) => {
    expect(await find(["vs_one", "vs_poor"])).toMatchObject({ degraded });
    expect(await find(["vs_poor"])).toMatchObject({ degraded });
    expect(await find(["vs_one", "vs_two"])).not.toHaveProperty("degraded");
  });

  it("is partial when one of the searches was", async ({ expect }) => {
    expect(await find(["vs_one", "vs_partial"])).toMatchObject({ partial: true });
    expect(await find(["vs_partial"])).toMatchObject({ partial: true });
    expect(await find(["vs_one", "vs_two"])).not.toHaveProperty("partial");
  });

  it("is refused because of a missing store, or skips it", async ({ expect }) => {
    expect(await find(["vs_one", "vs_gone"])).toBe("gone");
    expect(await find(["vs_one", "vs_gone"], "skip")).toMatchObject({ hits: ["b", "d"] });
    expect(await find(["vs_gone"], "skip")).toMatchObject({ hits: [] });
  });
});
