import { describe, expect, it } from "vitest";

import { PlanCache } from "../../../../src/retrieval/fan-out/plan-cache.ts";
import type { SearchPlan } from "../../../../src/retrieval/search-types.ts";

/** Makes a plan with the counts of its terms, which is remembered or found for the same terms. */
const makePlan = (contentVersion: number, documentCounts: number[]): SearchPlan => ({
  contentVersion,
  generation: 1,
  embeddingModel: "hash-1",
  shards: [0],
  unavailable: [],
  chunkCount: 10,
  averageLength: 5,
  documentCounts,
  hidden: [],
  placement: null,
  followed: [],
});
const words = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `w${from + index}`);
const zeros = (count: number) => Array.from({ length: count }, () => 0);

describe("PlanCache", () => {
  it("finds a plan for terms that it knows, in any order, and for no others", () => {
    const known = new PlanCache().ofStore("p:vs_1");
    known.keep(["alpha", "beta"], makePlan(1, [3, 0]));
    known.keep(["gamma"], makePlan(1, [7]));

    expect(known.find(() => ["gamma", "beta", "alpha"])).toEqual(makePlan(1, [7, 0, 3]));
    expect(known.find(() => [])).toEqual(makePlan(1, []));
    expect(known.find(() => ["alpha", "delta"])).toBeNull();
  });

  it("never finds a plan of another store", () => {
    const cache = new PlanCache();
    cache.ofStore("proj_a:auto:vs_1").keep(["alpha"], makePlan(1, [3]));

    expect(cache.ofStore("proj_b:auto:vs_1").find(() => ["alpha"])).toBeNull();
    expect(cache.ofStore("proj_a:auto:vs_2").find(() => ["alpha"])).toBeNull();
  });

  it("drops what it knows of an older version, and ignores a plan that is older", () => {
    const known = new PlanCache().ofStore("s");
    known.keep(["alpha"], makePlan(1, [3]));
    known.keep(["beta"], makePlan(2, [4]));
    expect(known.find(() => ["alpha"])).toBeNull();

    known.keep(["alpha"], makePlan(1, [3]));
    expect(known.find(() => ["alpha"])).toBeNull();
    expect(known.find(() => ["beta"])?.contentVersion).toBe(2);
  });

  it("keeps no plan that lacks a shard, and forgets on demand", () => {
    const known = new PlanCache().ofStore("s");
    known.keep(["alpha"], { ...makePlan(1, [3]), unavailable: [1] });
    expect(known.find(() => ["alpha"])).toBeNull();

    known.keep(["alpha"], makePlan(1, [3]));
    known.forget();
    expect(known.find(() => ["alpha"])).toBeNull();
  });

  it("forgets the stores that were used least recently when it is full", () => {
    const cache = new PlanCache({ unitsMax: 35, unitsOfStoreMax: 20 });
    const [a, b, c] = [cache.ofStore("a"), cache.ofStore("b"), cache.ofStore("c")];
    a.keep(words(10), makePlan(1, zeros(10)));
    b.keep(words(10), makePlan(1, zeros(10)));
    a.find(() => words(1));
    c.keep(words(10), makePlan(1, zeros(10)));

    expect([a, b, c].map((one) => one.find(() => ["w0"]) !== null)).toEqual([true, false, true]);
    expect(cache.units).toBe(24);
  });

  it("never holds more units than its limit, however many terms and stores are asked for", () => {
    const cache = new PlanCache({ unitsMax: 100, unitsOfStoreMax: 40 });
    for (let round = 0; round < 500; round++) {
      const terms = words(1 + (round % 60), round * 7);
      cache.ofStore(`s${round % 9}`).keep(terms, makePlan(round % 3, zeros(terms.length)));
      expect(cache.units).toBeLessThanOrEqual(100);
    }
    const full = cache.ofStore("full");
    for (let from = 0; from < 200; from += 10) full.keep(words(10, from), makePlan(1, zeros(10)));
    // The newest terms replace the others when a store has too many.
    expect(full.find(() => words(10, 190))).not.toBeNull();
    expect(full.find(() => words(10, 0))).toBeNull();
  });
});
