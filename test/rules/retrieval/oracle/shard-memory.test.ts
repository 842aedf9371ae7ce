import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { admitAttributes, admitRemoval, admitWrite } from "../../../../src/retrieval/fence.ts";
import { hashEmbedding } from "../../../../src/retrieval/hash-embedding.ts";
import { inverseNorm, quantize } from "../../../../src/retrieval/quantize.ts";
import { ShardMemory } from "./shard-memory.ts";

const makeChunk = (number: number) => ({
  number,
  chunkId: `c${number}`,
  fileId: `file-${number}` as const,
  length: number + 1,
  vector: Int8Array.of(number, 1, -number, 2),
});

describe("ShardMemory", () => {
  it("contains the chunks that were added and not removed", () => {
    const commands = fc.array(fc.tuple(fc.boolean(), fc.nat(30)), { maxLength: 120 });
    fc.assert(
      fc.property(commands, (sequence) => {
        const memory = new ShardMemory(4, 1);
        const wanted = new Set<number>();
        for (const [adds, number] of sequence) {
          if (adds && !wanted.has(number)) memory.add(makeChunk(number));
          if (!adds) memory.remove(number);
          if (adds) wanted.add(number);
          else wanted.delete(number);
        }
        expect(memory.count).toBe(wanted.size);
        expect(memory.chunkIds).toHaveLength(wanted.size);
        let totalLength = 0;
        for (const number of wanted) {
          const slot = memory.findSlot(number) ?? -1;
          const { chunkId, fileId, length, vector } = makeChunk(number);
          totalLength += length;
          expect([memory.numberAt(slot), memory.chunkIds[slot]]).toEqual([number, chunkId]);
          expect([memory.fileIds[slot], memory.lengths[slot]]).toEqual([fileId, length]);
          expect(memory.vectors.slice(slot * 4, slot * 4 + 4)).toEqual(vector);
          expect(memory.inverseNorms[slot]).toBeCloseTo(inverseNorm(vector), 6);
        }
        expect(memory.totalLength).toBe(totalLength);
      }),
    );
  });
});

describe("quantize", () => {
  it("keeps the cosine of two vectors to a hundredth", () => {
    const texts = [
      "photosynthesis in green leaves",
      "photosynthesis of plants",
      "copper prices rise",
    ];
    const vectors = texts.map(hashEmbedding);
    for (const a of vectors) {
      for (const b of vectors) {
        const [x, y] = [quantize(a), quantize(b)];
        const exact = a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
        const product = x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
        expect(product * inverseNorm(x) * inverseNorm(y)).toBeCloseTo(exact, 2);
      }
    }
  });

  it("treats a zero vector as similar to nothing", () => {
    expect(inverseNorm(quantize(new Float32Array(4)))).toBe(0);
    expect(inverseNorm(quantize(Float32Array.of(Number.NaN, 1)))).toBe(0);
  });
});

describe("the fence of versions", () => {
  const here = { version: 5, removed: false };
  const gone = { version: 5, removed: true };

  it.each([
    [null, 1, "written"],
    [here, 6, "written"],
    [here, 5, "unchanged"],
    [here, 4, "superseded"],
    [gone, 6, "written"],
    [gone, 5, "superseded"],
    [gone, 4, "superseded"],
  ] as const)("after %j, version %i is %s", (seen, version, decision) => {
    expect(admitWrite(seen, version)).toBe(decision);
  });

  it("removes a version that is not newer, once", () => {
    expect([4, 5, 6].map((version) => admitRemoval(here, version))).toEqual([false, true, true]);
    expect([4, 5, 6].map((version) => admitRemoval(gone, version))).toEqual([false, false, true]);
    expect(admitRemoval(null, 1)).toBe(true);
  });

  it("accepts attributes only for a stored file", () => {
    expect([4, 5, 6].map((version) => admitAttributes(here, version))).toEqual([false, true, true]);
    expect(admitAttributes(gone, 6) || admitAttributes(null, 6)).toBe(false);
  });
});
