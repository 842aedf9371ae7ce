import fc from "fast-check";
import { describe, it } from "vitest";

import { chooseShard } from "../../../../src/knowledge/choose-shard.ts";
import { SHARDS_MAX } from "../../../../src/knowledge/reindex/layout.ts";
import { maySplit, splitWanted } from "../../../../src/knowledge/reindex/split-wanted.ts";

const LIMITS = { chunksMax: 200_000, storeChunksMax: 1_000_000 };
const shardsOf = (counts: readonly number[], hot: readonly number[] = []) =>
  counts.map((chunkCount, number) => ({ number, chunkCount, isHot: hot.includes(number) }));
const wanted = (counts: readonly number[], hot?: readonly number[], limits = LIMITS) =>
  splitWanted(shardsOf(counts, hot), limits)?.count ?? null;
const reasonOf = (counts: readonly number[]) => splitWanted(shardsOf(counts, [0]), LIMITS)?.reason;

describe("a split", () => {
  it("is wanted of a shard that its files have outgrown, with shards that begin half full", ({
    expect,
  }) => {
    expect(wanted([299_999])).toBeNull();
    expect(wanted([300_000])).toBe(3);
    expect(wanted([300_000, 150_000])).toBe(5);
    // There are enough of them: the rest would not be smaller.
    expect(wanted([300_000, 10, 10, 10])).toBeNull();
  });

  it("is wanted of a large hot shard, with twice as many", ({ expect }) => {
    expect(wanted([50_000], [0])).toBe(2);
    expect(wanted([50_000, 30_000], [1])).toBe(4);
    expect(wanted([19_999], [0])).toBeNull();
    expect(wanted([50_000, 10], [1])).toBeNull();
  });

  it("has the size as its reason where that alone demands it", ({ expect }) => {
    expect(reasonOf([50_000])).toBe("hot");
    expect(reasonOf([300_000])).toBe("overfull");
    expect(reasonOf([300_000, 10, 10, 10])).toBe("hot");
  });

  it("is wanted of no store that is empty, too large, or where it is turned off", ({ expect }) => {
    expect(wanted([], [0])).toBeNull();
    expect(wanted([600_000, 400_001], [0])).toBeNull();
    expect(wanted([300_000], [0], { ...LIMITS, storeChunksMax: 0 })).toBeNull();
    // A deployment whose variable is missing.
    expect(wanted([300_000], [0], { ...LIMITS, storeChunksMax: Number.NaN })).toBeNull();
  });

  it("is not wanted while a store only grows by new files, each of at most 60,000 chunks", ({
    expect,
  }) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 60 }), (files) => {
        const counts: number[] = [];
        for (const chunkCount of files) {
          const number = chooseShard(shardsOf(counts), LIMITS.chunksMax);
          counts[number] = (counts[number] ?? 0) + chunkCount;
          expect(wanted(counts, [], { ...LIMITS, storeChunksMax: Infinity })).toBeNull();
        }
      }),
    );
  });

  it("is never repeated without end, whatever is too large or hot", ({ expect }) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (files, isHot) => {
          let count = 1;
          for (let splits = 0; splits < 100; splits++) {
            const counts = Array.from({ length: count }, () => 0);
            for (const size of files) {
              const number = chooseShard(shardsOf(counts), Infinity);
              counts[number] = (counts[number] ?? 0) + size;
            }
            const next = wanted(counts, isHot ? [...counts.keys()] : []);
            if (next === null) return;
            expect(next).toBeGreaterThan(count);
            expect(next).toBeLessThanOrEqual(SHARDS_MAX);
            count = next;
          }
          expect.unreachable("splits come to an end");
        },
      ),
    );
  });
});

describe("the time of a split", () => {
  const last = {
    state: "completed",
    isAutomatic: false,
    createdAt: 1_000,
    endedAt: 5_000,
  } as const;

  it("is an hour after the last reindex, of whichever kind, and a day after one that was given up", ({
    expect,
  }) => {
    for (const reason of ["overfull", "hot"] as const) {
      expect(maySplit(null, reason, 0)).toBe(true);
      expect(maySplit(last, reason, 8_599)).toBe(false);
      expect(maySplit(last, reason, 8_600)).toBe(true);
      expect(maySplit({ ...last, state: "cancelled" }, reason, 8_600)).toBe(true);
      const given = { ...last, state: "cancelled", isAutomatic: true } as const;
      expect(maySplit(given, reason, 91_399)).toBe(false);
      expect(maySplit(given, reason, 91_400)).toBe(true);
    }
  });

  it("is a day after a split for shards that are still hot, an hour for one that is overfull", ({
    expect,
  }) => {
    const split = { ...last, isAutomatic: true };
    expect(maySplit(split, "hot", 91_399)).toBe(false);
    expect(maySplit(split, "hot", 91_400)).toBe(true);
    expect(maySplit(split, "overfull", 8_599)).toBe(false);
    expect(maySplit(split, "overfull", 8_600)).toBe(true);
  });

  it("is not beside another reindex", ({ expect }) => {
    for (const state of [
      "building",
      "paused",
      "ready",
      "switched",
      "erasing",
      "cancelling",
    ] as const) {
      expect(maySplit({ ...last, state, endedAt: null }, "overfull", 1_000_000)).toBe(false);
    }
  });
});
