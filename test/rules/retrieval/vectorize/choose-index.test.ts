import { describe, expect, it } from "vitest";

import { chooseIndex, wantsIndex } from "../../../../src/retrieval/vectorize/choose-index.ts";
import { coversBest, partNearest } from "../../../../src/retrieval/vectorize/nearest-chunks.ts";
import { readVectorId, vectorIdOf } from "../../../../src/retrieval/vectorize/placement.ts";

const match = (shard: number, number: number, score = 0.5) => ({
  id: vectorIdOf({ storeId: "vs_a", generation: 1, shard }, number),
  score,
});
const room = (dimensions: number, free: number) => ({ dimensions, free });

describe("the vector index of a store", () => {
  it("is wanted from a size on, and left below half of it", () => {
    const sizes = [49, 50, 99, 100];
    expect(sizes.map((chunkCount) => wantsIndex({ chunkCount, isPlaced: false }, 100))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(sizes.map((chunkCount) => wantsIndex({ chunkCount, isPlaced: true }, 100))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it("is the one of its dimensions with most room that takes all of it", () => {
    const store = { dimensions: 8, chunkCount: 10 };
    expect(
      chooseIndex(
        new Map([
          [0, room(8, 20)],
          [1, room(8, 30)],
          [2, room(4, 99)],
        ]),
        store,
      ),
    ).toBe(1);
    expect(
      chooseIndex(
        new Map([
          [0, room(8, 20)],
          [1, null],
        ]),
        store,
      ),
    ).toBe(0);
    expect(
      chooseIndex(
        new Map([
          [0, room(8, 9)],
          [1, room(4, 99)],
        ]),
        store,
      ),
    ).toBeNull();
    expect(chooseIndex(new Map(), store)).toBeNull();
  });
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
    const parted = partNearest(matches, placement, { shards: [0, 1], wanted: 20 });
    expect([...parted.keys()]).toEqual([0, 1]);
    expect(parted.get(1)).toMatchObject({ index: 3, floor: 1 - 99 / 200, spare: 40 });
    expect(parted.get(1)?.numbers.slice(0, 3)).toEqual([1, 4, 7]);
  });

  it("is all that there is if it is less than the limit", () => {
    const parted = partNearest([match(0, 5)], placement, { shards: [0], wanted: 20 });
    expect(parted.get(0)).toMatchObject({ numbers: [5], floor: 1, spare: Number.MAX_SAFE_INTEGER });
  });

  it("covers the best of a shard unless a filter leaves too few of it", () => {
    const found = { index: 0, numbers: [1, 2, 3, 4, 5], floor: 0.3, spare: 2 };
    expect([5, 3, 2].map((admitted) => coversBest(found, admitted, 4))).toEqual([
      true,
      true,
      false,
    ]);
    expect(coversBest(found, 2, 2)).toBe(true);
  });
});
