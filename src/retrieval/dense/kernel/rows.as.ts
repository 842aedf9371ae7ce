// AssemblyScript: a part of kernel.as.ts. Rows of int8, of the exact tier and for rescoring.

/** Computes the inverse norms of rows of int8, 0 for a row of zeros, as `inverseNorm` does, in single precision. */
export function measureRows(rows: usize, stride: i32, count: i32, inverseNorms: usize): void {
  for (let row = 0; row < count; row++) {
    let sums = i32x4.splat(0);
    for (let at = 0; at < stride; at += 16) {
      const values = v128.load(rows + at);
      const low = i16x8.extend_low_i8x16_s(values);
      const high = i16x8.extend_high_i8x16_s(values);
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(low, low));
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(high, high));
    }
    const squares = addLanes(sums);
    const inverse: f64 = squares == 0 ? 0 : 1 / sqrt<f64>(<f64>squares);
    store<f32>(inverseNorms, <f32>inverse);
    rows += stride;
    inverseNorms += 4;
  }
}

/**
 * Scores rows of int8 against a question of int16: max(0, product · scale · inverse norm) in doubles. `count` is a
 * multiple of 2.
 */
export function scoreRows(
  rows: usize,
  stride: i32,
  count: i32,
  inverseNorms: usize,
  target: usize,
  scale: f64,
  scores: usize,
): void {
  for (let row = 0; row < count; row += 2) {
    const next = rows + stride;
    let first = i32x4.splat(0);
    let second = i32x4.splat(0);
    for (let at = 0; at < stride; at += 16) {
      const low = v128.load(target + 2 * at);
      const high = v128.load(target + 2 * at, 16);
      const a = v128.load(rows + at);
      const b = v128.load(next + at);
      first = i32x4.add(first, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(a), low));
      second = i32x4.add(second, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(b), low));
      first = i32x4.add(first, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(a), high));
      second = i32x4.add(second, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(b), high));
    }
    storeScore(scores, addLanes(first), scale, load<f32>(inverseNorms));
    storeScore(scores + 8, addLanes(second), scale, load<f32>(inverseNorms, 4));
    rows = next + stride;
    inverseNorms += 8;
    scores += 16;
  }
}

function storeScore(at: usize, product: i32, scale: f64, inverseNorm: f32): void {
  store<f64>(at, max<f64>(0, <f64>product * scale * <f64>inverseNorm));
}

function addLanes(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/** Writes a row of int8, times a scale, as `width` floats; those after the row's `dimensions` are 0. */
export function widenRow(row: usize, dimensions: i32, scale: f32, width: i32, vector: usize): void {
  for (let at = 0; at < width; at++) {
    store<f32>(vector + 4 * at, at < dimensions ? <f32>load<i8>(row + at) * scale : 0);
  }
}
