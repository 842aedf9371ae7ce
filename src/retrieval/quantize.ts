/** Quantizes a vector for storage in a shard: one signed byte per dimension. Keeps the direction, not the length. */
export function quantize(vector: Float32Array): Int8Array<ArrayBuffer> {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const bytes = new Int8Array(vector.length);
  if (!(largest > 0) || !Number.isFinite(largest)) return bytes;
  for (const [index, value] of vector.entries()) bytes[index] = Math.round((value * 127) / largest);
  return bytes;
}

/** Returns 1 / length of a quantized vector, or 0 for the zero vector, which is similar to nothing. */
export function inverseNorm(bytes: Int8Array): number {
  let squares = 0;
  for (const value of bytes) squares += value * value;
  return squares === 0 ? 0 : 1 / Math.sqrt(squares);
}
