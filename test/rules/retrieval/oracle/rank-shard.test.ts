import fc from "fast-check";
import { expect, it } from "vitest";

import { inverseNorm, quantize } from "../../../../src/retrieval/quantize.ts";
import { rankShard } from "./rank-shard.ts";
import { ShardMemory } from "./shard-memory.ts";

const DIMENSIONS = 6;
/** Often zero, as in `hash-1`, where a text has a value in few of the dimensions. */
const component = fc.oneof(fc.constant(0), fc.integer({ min: -127, max: 127 }));
const vectors = (max: number) =>
  fc.array(fc.array(component, { minLength: DIMENSIONS, maxLength: DIMENSIONS }), {
    minLength: 1,
    maxLength: max,
  });

it("scores chunks by the cosine of their vectors, whichever dimensions are zero", () => {
  fc.assert(
    fc.property(vectors(20), vectors(1), (chunks, [question = []]) => {
      const memory = new ShardMemory(DIMENSIONS);
      for (const [number, vector] of chunks.entries()) {
        memory.add({
          number,
          chunkId: `c${number}`,
          fileId: `file-${number}`,
          length: 1,
          vector: Int8Array.from(vector),
        });
      }
      const ranked = rankShard(
        memory,
        () => [],
        {
          terms: [],
          averageLength: 1,
          vector: Float32Array.from(question),
          weights: { lexical: 0, dense: 1 },
          filter: null,
          hidden: [],
          candidatesMax: chunks.length,
          nearest: null,
        },
        () => true,
      );
      const target = quantize(Float32Array.from(question));
      const wanted = chunks.map((vector) => cosine(Int8Array.from(vector), target));
      const scores = new Map(ranked.map(({ number, dense }) => [number, dense]));
      for (const [number, score] of wanted.entries()) {
        expect(scores.get(number) ?? 0).toBeCloseTo(Math.max(0, score), 6);
      }
    }),
  );
});

function cosine(a: Int8Array, b: Int8Array): number {
  const product = a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  return product * inverseNorm(a) * inverseNorm(b);
}
