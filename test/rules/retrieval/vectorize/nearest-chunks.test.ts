import { describe, expect, it } from "vitest";

import { chooseCuts, neededDepth } from "../../../../src/retrieval/vectorize/deepen.ts";
import {
  coversBest,
  floorOf,
  type FoundMatches,
  joinParts,
  type NearestChunks,
  partNearest,
} from "../../../../src/retrieval/vectorize/nearest-chunks.ts";
import { readVectorId, vectorIdOf } from "../../../../src/retrieval/vectorize/placement.ts";
import type { IndexMatch } from "../../../../src/retrieval/vectorize/vector-index.ts";

const match = (shard: number, number: number, score = 0.5): IndexMatch => ({
  id: vectorIdOf({ storeId: "vs_a", generation: 1, shard }, number),
  score,
});

const found = (matches: readonly IndexMatch[]): FoundMatches => ({
  matches,
  floor: floorOf(matches),
  filterKeys: null,
  mayDeepen: false,
});

describe("what a vector index has found", () => {
  const placement = { index: 3, namespace: "vs_a:1" };

  it("is known by the chunks' numbers, and by nothing of another namespace", () => {
    expect(readVectorId("vs_a:1", "vs_a:1:2:77")).toEqual({ shard: 2, number: 77 });
    for (const id of ["vs_b:1:2:77", "vs_a:12:2:77", "vs_a:1:2", "vs_a:1:2:77:1", "vs_a:1:x:7"]) {
      expect(readVectorId("vs_a:1", id)).toBeNull();
    }
  });

  it("is parted among the shards, with the score that no other vector is above", () => {
    const matches = Array.from({ length: 100 }, (_, at) => match(at % 3, at, 1 - at / 200));
    const parted = partNearest(found(matches), placement, { shards: [0, 1], wanted: 20 });
    expect([...parted.keys()]).toEqual([0, 1]);
    expect(parted.get(1)).toMatchObject({ index: 3, floor: 1 - 99 / 200, spare: 40, isAll: false });
    expect(parted.get(1)?.numbers.slice(0, 3)).toEqual([1, 4, 7]);
  });

  it("is all that there is if it is less than the limit", () => {
    const parted = partNearest(found([match(0, 5)]), placement, { shards: [0], wanted: 20 });
    expect(parted.get(0)).toMatchObject({ numbers: [5], floor: 1, isAll: true });
  });

  it("is joined from partitions down to the score above which each of them is known", () => {
    const part = (best: number, step: number) =>
      Array.from({ length: 100 }, (_, at) => match(0, at, best - at * step));
    const few = [match(1, 1, 0.95), match(1, 2, 0.1)];
    const { matches, floor } = joinParts([part(1, 0.001), part(0.99, 0.005), few]);
    expect(floor).toBeCloseTo(0.901);
    expect(matches.every(({ score }) => score >= 0.901)).toBe(true);
    expect(matches).toHaveLength(100 + 18 + 1);
    expect(joinParts([few, []])).toEqual({ matches: few, floor: null });
  });

  it("covers the best of a shard unless a filter leaves too few of it", () => {
    const nearest = {
      index: 0,
      numbers: [1, 2, 3, 4, 5],
      floor: 0.3,
      spare: 2,
      isAll: false,
      filterKeys: null,
      mayDeepen: false,
    };
    const covers = (admitted: number, more: Partial<NearestChunks> = {}, others = true) =>
      coversBest({ ...nearest, ...more }, { admitted, hasOthers: () => others }, 4);
    expect([5, 4, 3, 2].map((admitted) => covers(admitted))).toEqual([true, true, true, false]);
    expect(covers(2, { isAll: true })).toBe(true);
    // An index that was asked to filter may not know the property: the shard counts.
    expect(covers(2, { isAll: true, filterKeys: ["team"] })).toBe(false);
    expect(covers(2, { isAll: true, filterKeys: ["team"] }, false)).toBe(true);
  });
});

describe("how deep an index is asked", () => {
  const half = { live: 1_000, admittedLive: 500, found: 100, admittedFound: 4 };

  it("follows from the share of chunks that pass, with a margin", () => {
    expect(neededDepth(half, 10)).toBe(40);
    expect(neededDepth({ ...half, admittedLive: 20, admittedFound: 1 }, 10)).toBe(1_000);
    // What was found with a part of the filter passes more often.
    expect(neededDepth({ ...half, admittedLive: 20, admittedFound: 5 }, 10)).toBe(400);
  });

  it("is no depth that the index cannot reach", () => {
    expect(neededDepth({ ...half, admittedLive: 10, admittedFound: 0 }, 10)).toBeNull();
    expect(neededDepth({ ...half, admittedLive: 0, admittedFound: 0 }, 10)).toBeNull();
  });

  it("takes four partitions if they suffice, else all", () => {
    expect([1, 320, 321, 1_280, 9_999].map(chooseCuts)).toEqual([4, 4, 16, 16, 16]);
  });
});
