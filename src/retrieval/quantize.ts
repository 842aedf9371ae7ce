/**
 * Converts a vector to one signed byte per dimension, the form in which shards store it. Keeps the direction, not the
 * length.
 */
export function quantize(vector: Float32Array): Int8Array<ArrayBuffer> {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const bytes = new Int8Array(vector.length);
  if (!(largest > 0) || !Number.isFinite(largest)) return bytes;
  for (const [index, value] of vector.entries()) bytes[index] = Math.round((value * 127) / largest);
  return bytes;
}

/** Returns 1 / length of a quantized vector; 0 for the zero vector, so that its similarity to every vector is 0. */
export function inverseNorm(bytes: Int8Array): number {
  let squares = 0;
  for (const value of bytes) squares += value * value;
  return squares === 0 ? 0 : 1 / Math.sqrt(squares);
}
