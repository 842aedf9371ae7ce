import { describe, expect, it } from "vitest";

import { chooseIndex, wantsIndex } from "../../../../src/retrieval/vectorize/choose-index.ts";

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
