// AssemblyScript: a part of kernel.as.ts. Rotation of vectors, and their codes of one bit for each dimension.

const FACTOR_UNITS: f32 = 8192;

/**
 * Rotates a vector of `width` floats into `rotated`, and overwrites the vector. Each of the three rounds multiplies by
 * signs (which include 1 / √block), transforms each block of `block` floats (a power of two, at least 4) by Hadamard,
 * and reorders the floats by u16 indexes.
 */
export function rotate(
  vector: usize,
  width: i32,
  block: i32,
  signs: usize,
  orders: usize,
  rotated: usize,
): void {
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < width; at += 4) {
      const signed = f32x4.mul(v128.load(vector + 4 * at), v128.load(signs + 4 * at));
      v128.store(vector + 4 * at, transformFour(signed));
    }
    for (let from = 0; from < width; from += block) transformBlock(vector + 4 * from, block);
    for (let at = 0; at < width; at++) {
      store<f32>(rotated + 4 * at, load<f32>(vector + 4 * <i32>load<u16>(orders + 2 * at)));
    }
    const spare = vector;
    vector = rotated;
    rotated = spare;
    signs += 4 * width;
    orders += 2 * width;
  }
}

/** Computes the first two stages of a Hadamard transform, which stay within four floats. */
function transformFour(v: v128): v128 {
  const swapped = v128.shuffle<f32>(v, v, 1, 0, 3, 2);
  const pairs = f32x4.add(f32x4.mul(v, f32x4(1, -1, 1, -1)), swapped);
  const crossed = v128.shuffle<f32>(pairs, pairs, 2, 3, 0, 1);
  return f32x4.add(f32x4.mul(pairs, f32x4(1, 1, -1, -1)), crossed);
}

/** Computes the remaining stages of the Hadamard transform of a block of `size` floats, in place. */
function transformBlock(block: usize, size: i32): void {
  for (let half = 4; half < size; half *= 2) {
    for (let from = 0; from < size; from += 2 * half) {
      for (let at = from; at < from + half; at += 4) {
        const low = block + 4 * at;
        const high = low + 4 * half;
        const a = v128.load(low);
        const b = v128.load(high);
        v128.store(low, f32x4.add(a, b));
        v128.store(high, f32x4.sub(a, b));
      }
    }
  }
}

/**
 * Encodes a rotated vector. Writes the signs of vector − mean as `width / 8` bytes, lowest bit first, and the factors A
 * (to `offset`) and B (to `slope`) as int16 in units of 1 / 8192.
 */
export function encodeVector(
  vector: usize,
  width: i32,
  mean: usize,
  bits: usize,
  offset: usize,
  slope: usize,
): void {
  let products = f32x4.splat(0);
  let meanSquares = f32x4.splat(0);
  let magnitudes = f32x4.splat(0);
  let squares = f32x4.splat(0);
  let byte = 0;
  for (let at = 0; at < width; at += 4) {
    const v = v128.load(vector + 4 * at);
    const m = v128.load(mean + 4 * at);
    const rest = f32x4.sub(v, m);
    products = f32x4.add(products, f32x4.mul(v, m));
    meanSquares = f32x4.add(meanSquares, f32x4.mul(m, m));
    magnitudes = f32x4.add(magnitudes, f32x4.abs(rest));
    squares = f32x4.add(squares, f32x4.mul(rest, rest));
    const four = i32x4.bitmask(f32x4.ge(rest, f32x4.splat(0)));
    if ((at & 4) == 0) byte = four;
    else store<u8>(bits + at / 8, byte | (four << 4));
  }
  const magnitude = addFloats(magnitudes);
  const steepness: f32 =
    magnitude > 0 ? (sqrt<f32>(<f32>width) * addFloats(squares)) / magnitude : 0;
  storeFactor(offset, addFloats(products) - addFloats(meanSquares));
  storeFactor(slope, steepness);
}

function storeFactor(at: usize, factor: f32): void {
  store<i16>(at, <i16>max<f32>(-32767, min<f32>(32767, nearest<f32>(factor * FACTOR_UNITS))));
}

function addFloats(sums: v128): f32 {
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  );
}
