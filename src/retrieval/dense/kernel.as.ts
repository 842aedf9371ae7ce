// AssemblyScript, compiled to kernel.wasm by `npm run build:kernel`. It allocates nothing: kernel.ts hands in addresses.
// Blocks hold 32 positions. Byte g of their codes is 32 bytes, in two halves of 16 positions: byte 2j is of position j,
// byte 2j + 1 of position j + 8, so that sums over 16 bits of even and odd bytes come out in the order of positions.

const FACTOR_UNITS: f32 = 8192;

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

/**
 * Rotates a vector of `width` floats, which it overwrites, into `rotated`: three rounds of signs (already divided by √block),
 * a Hadamard transform of each block of `block` floats (a power of two, at least 4), and an order of u16.
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

/** The first two stages of a Hadamard transform, within four floats. */
function transformFour(v: v128): v128 {
  const swapped = v128.shuffle<f32>(v, v, 1, 0, 3, 2);
  const pairs = f32x4.add(f32x4.mul(v, f32x4(1, -1, 1, -1)), swapped);
  const crossed = v128.shuffle<f32>(pairs, pairs, 2, 3, 0, 1);
  return f32x4.add(f32x4.mul(pairs, f32x4(1, 1, -1, -1)), crossed);
}

/** The other stages of a Hadamard transform of a block of floats. */
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
 * Encodes a rotated vector: the signs of vector − mean as `width / 8` bytes, lowest bit first, and the factors A and B as
 * int16 in units of 1 / 8192.
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

/**
 * Sums the table entries of codes: for each position, over the bytes of its code, the entry of its low half in one table of
 * 16 bytes and that of its high half in the next. `head` and `rest` are the blocks of the first bytes of codes and of the
 * others, whose tables follow. Entries are at most 127, sums are written as u16.
 */
export function sumBlocks(
  head: usize,
  headBytes: i32,
  rest: usize,
  restBytes: i32,
  blocks: i32,
  tables: usize,
  sums: usize,
): void {
  const low = i8x16.splat(15);
  for (let block = 0; block < blocks; block++) {
    let evens = i16x8.splat(0);
    let odds = i16x8.splat(0);
    let nextEvens = i16x8.splat(0);
    let nextOdds = i16x8.splat(0);
    let table = tables;
    for (let part = 0; part < 2; part++) {
      const end = part == 0 ? head + 32 * headBytes : rest + 32 * restBytes;
      let at = part == 0 ? head : rest;
      for (; at < end; at += 32, table += 32) {
        const lowTable = v128.load(table);
        const highTable = v128.load(table, 16);
        const a = v128.load(at);
        const b = v128.load(at, 16);
        const entries = i8x16.add(
          i8x16.relaxed_swizzle(lowTable, v128.and(a, low)),
          i8x16.relaxed_swizzle(highTable, i8x16.shr_u(a, 4)),
        );
        const nextEntries = i8x16.add(
          i8x16.relaxed_swizzle(lowTable, v128.and(b, low)),
          i8x16.relaxed_swizzle(highTable, i8x16.shr_u(b, 4)),
        );
        // Odd bytes are added here 256-fold too, and taken away at the end: 16 bits wrap around.
        evens = i16x8.add(evens, entries);
        odds = i16x8.add(odds, i16x8.shr_u(entries, 8));
        nextEvens = i16x8.add(nextEvens, nextEntries);
        nextOdds = i16x8.add(nextOdds, i16x8.shr_u(nextEntries, 8));
      }
      if (part == 0) head = end;
      else rest = end;
    }
    v128.store(sums, i16x8.sub(evens, i16x8.shl(odds, 8)));
    v128.store(sums, odds, 16);
    v128.store(sums, i16x8.sub(nextEvens, i16x8.shl(nextOdds, 8)), 32);
    v128.store(sums, nextOdds, 48);
    sums += 64;
  }
}

/**
 * Estimates scores from sums: base + A · unit + B · (sum · step + shift) as `estimates`, and `uppers`, which are B · error
 * higher; where these are negative they are 0. All are f32, and `scale` times as high.
 */
export function boundBlocks(
  sums: usize,
  offsets: usize,
  slopes: usize,
  blocks: i32,
  base: f32,
  unit: f32,
  step: f32,
  shift: f32,
  error: f32,
  scale: f32,
  estimates: usize,
  uppers: usize,
): void {
  const zero = f32x4.splat(0);
  for (let at = 0; at < 32 * blocks; at += 4) {
    const slope = f32x4.convert_i32x4_s(v128.load_ext<i16>(slopes + 2 * at));
    const estimate = f32x4.add(
      estimateFour(sums + 2 * at, offsets + 2 * at, slope, unit, step, shift),
      f32x4.splat(base),
    );
    const upper = f32x4.add(estimate, f32x4.mul(slope, f32x4.splat(error)));
    v128.store(estimates + 4 * at, f32x4.mul(f32x4.max(estimate, zero), f32x4.splat(scale)));
    v128.store(uppers + 4 * at, f32x4.mul(f32x4.max(upper, zero), f32x4.splat(scale)));
  }
}

/** Estimates four scores, without the base. */
function estimateFour(
  sums: usize,
  offsets: usize,
  slope: v128,
  unit: f32,
  step: f32,
  shift: f32,
): v128 {
  const sum = f32x4.convert_i32x4_u(v128.load_ext<u16>(sums));
  const offset = f32x4.convert_i32x4_s(v128.load_ext<i16>(offsets));
  const reach = f32x4.add(f32x4.mul(sum, f32x4.splat(step)), f32x4.splat(shift));
  return f32x4.add(f32x4.mul(offset, f32x4.splat(unit)), f32x4.mul(slope, reach));
}

/**
 * Finds the positions of blocks whose estimate, without the base, is at least the threshold. Positions whose bit in
 * `admitted` is not set are left out. Writes `first` plus their index as u32, and returns how many.
 */
export function cutBlocks(
  sums: usize,
  offsets: usize,
  slopes: usize,
  admitted: usize,
  blocks: i32,
  unit: f32,
  step: f32,
  shift: f32,
  threshold: f32,
  first: i32,
  found: usize,
): i32 {
  const start = found;
  const lowest = f32x4.splat(threshold);
  for (let block = 0; block < blocks; block++) {
    let mask = load<u32>(admitted + 4 * block);
    if (mask != 0) {
      let reached: u32 = 0;
      for (let at = 0; at < 32; at += 4) {
        const slope = f32x4.convert_i32x4_s(v128.load_ext<i16>(slopes + 2 * at));
        const estimate = estimateFour(sums + 2 * at, offsets + 2 * at, slope, unit, step, shift);
        reached |= (<u32>i32x4.bitmask(f32x4.ge(estimate, lowest))) << at;
      }
      for (mask &= reached; mask != 0; mask &= mask - 1) {
        store<u32>(found, first + 32 * block + ctz<u32>(mask));
        found += 4;
      }
    }
    sums += 64;
    offsets += 64;
    slopes += 64;
  }
  return <i32>(found - start) >> 2;
}
