/**
 * Packs the quantized vectors of consecutive chunks into rows, one after the other: the form in which a shard stores
 * and scans them. A vector of another length, from another model, becomes a row of zeros: it is similar to nothing, and
 * the chunk is still found by its words. `quantize` makes zeros of a vector with a value that is no finite number.
 */
export function packRows(
  vectors: readonly Int8Array[],
  dimensions: number,
): Int8Array<ArrayBuffer> {
  const rows = new Int8Array(vectors.length * dimensions);
  for (const [index, vector] of vectors.entries()) {
    if (vector.length === dimensions) rows.set(vector, index * dimensions);
  }
  return rows;
}
