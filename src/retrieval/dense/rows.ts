/**
 * Packs quantized vectors one after the other, the form in which a shard stores and scans them. A vector of another
 * length than `dimensions`, from another model, becomes all zeros: it is similar to nothing, but its chunk is still
 * found by its words. (`quantize` likewise returns zeros for a vector with a value that is not finite.)
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
