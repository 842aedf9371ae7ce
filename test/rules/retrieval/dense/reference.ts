import { inverseNorm, quantize } from "../../../../src/retrieval/quantize.ts";

/** The scores as they were computed before there were tiers, in plain loops: what every tier gives to the last bit. */
export function referenceScores(rows: readonly Int8Array[], vector: Float32Array): Float64Array {
  const target = quantize(vector);
  const scale = inverseNorm(target);
  const norms = Float32Array.from(rows, inverseNorm);
  return Float64Array.from(rows, (row, slot) => {
    let product = 0;
    for (const [index, value] of target.entries()) product += (row[index] ?? 0) * value;
    return Math.max(0, product * scale * (norms[slot] ?? 0));
  });
}
