// AssemblyScript: a part of kernel.as.ts. Scores of int8 rows, for the exact tier and for rescoring.

/**
 * Computes the inverse norms of int8 rows as `inverseNorm` does, and writes them as f32; 0 for a row of zeros. `stride`
 * is the length of a row in bytes, padding included.
 */
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
 * Scores int8 rows against a question of int16 values: writes max(0, product · scale · inverse norm) as f64. `stride`
 * is the length of a row in bytes, a multiple of 64. Rows are read one after the other: processors prefetch one stream
 * of memory, and reading two or four rows at once takes three times as long when the rows exceed the caches.
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
  for (let row = 0; row < count; row++) {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let asked = target;
    const end = rows + stride;
    while (rows < end) {
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_s(rows), v128.load(asked)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load8x8_s(rows, 8), v128.load(asked, 16)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load8x8_s(rows, 16), v128.load(asked, 32)));
      d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load8x8_s(rows, 24), v128.load(asked, 48)));
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_s(rows, 32), v128.load(asked, 64)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load8x8_s(rows, 40), v128.load(asked, 80)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load8x8_s(rows, 48), v128.load(asked, 96)));
      d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load8x8_s(rows, 56), v128.load(asked, 112)));
      rows += 64;
      asked += 128;
    }
    const product = addLanes(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)));
    store<f64>(scores, max<f64>(0, <f64>product * scale * <f64>load<f32>(inverseNorms)));
    inverseNorms += 4;
    scores += 8;
  }
}

function addLanes(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/** Writes an int8 row, times `scale`, as `width` floats. Those beyond the row's `dimensions` are 0. */
export function widenRow(row: usize, dimensions: i32, scale: f32, width: i32, vector: usize): void {
  for (let at = 0; at < width; at++) {
    store<f32>(vector + 4 * at, at < dimensions ? <f32>load<i8>(row + at) * scale : 0);
  }
}
