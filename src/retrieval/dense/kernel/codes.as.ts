// AssemblyScript: a part of kernel.as.ts. Scans of codes.
// Blocks hold 32 positions. Byte g of their codes is 32 bytes, in two halves of 16 positions: byte 2j is of position j,
// byte 2j + 1 of position j + 8, so that sums over 16 bits of even and odd bytes come out in the order of positions.

/**
 * Sums, for each position of `blocks` blocks, the table entries that its code selects. A byte of the code selects two:
 * its low 4 bits an entry of one table of 16 bytes, its high 4 bits an entry of the next table. Entries are at most
 * 127. Writes the sums as u16.
 */
export function sumBlocks(codes: usize, bytes: i32, blocks: i32, tables: usize, sums: usize): void {
  const low = i8x16.splat(15);
  for (let block = 0; block < blocks; block++) {
    let evens = i16x8.splat(0);
    let odds = i16x8.splat(0);
    let nextEvens = i16x8.splat(0);
    let nextOdds = i16x8.splat(0);
    let table = tables;
    for (const end = codes + 32 * bytes; codes < end; codes += 32, table += 32) {
      const lowTable = v128.load(table);
      const highTable = v128.load(table, 16);
      const a = v128.load(codes);
      const b = v128.load(codes, 16);
      const entries = i8x16.add(
        i8x16.relaxed_swizzle(lowTable, v128.and(a, low)),
        i8x16.relaxed_swizzle(highTable, i8x16.shr_u(a, 4)),
      );
      const nextEntries = i8x16.add(
        i8x16.relaxed_swizzle(lowTable, v128.and(b, low)),
        i8x16.relaxed_swizzle(highTable, i8x16.shr_u(b, 4)),
      );
      // `evens` also adds up 256 times the odd bytes, which are subtracted at the end; 16-bit sums wrap around.
      evens = i16x8.add(evens, entries);
      odds = i16x8.add(odds, i16x8.shr_u(entries, 8));
      nextEvens = i16x8.add(nextEvens, nextEntries);
      nextOdds = i16x8.add(nextOdds, i16x8.shr_u(nextEntries, 8));
    }
    v128.store(sums, i16x8.sub(evens, i16x8.shl(odds, 8)));
    v128.store(sums, odds, 16);
    v128.store(sums, i16x8.sub(nextEvens, i16x8.shl(nextOdds, 8)), 32);
    v128.store(sums, nextOdds, 48);
    sums += 64;
  }
}

/**
 * Estimates scores from sums. Writes as f32, each times `scale`: the estimates base + A · unit + B · (sum · step +
 * shift), and the upper bounds, which are B · error higher. Negative values are written as 0.
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

/** Computes four estimates without the base: A · unit + B · (sum · step + shift). */
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
 * Finds the admitted positions whose upper bound is at least the threshold. The bound is that of `boundBlocks` without
 * base and scale, and may be negative. `admitted` has one bit for each position. Writes the positions (`first` plus the
 * index) as u32 and their bounds as f32. Returns their number.
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
  error: f32,
  threshold: f32,
  first: i32,
  found: usize,
  uppers: usize,
): i32 {
  const start = found;
  const lowest = f32x4.splat(threshold);
  for (let block = 0; block < blocks; block++) {
    const mask = load<u32>(admitted + 4 * block);
    for (let at = 0; at < 32; at += 4) {
      // With `error` added to the shift, the estimate is the upper bound: both are multiplied by the slope.
      const slope = f32x4.convert_i32x4_s(v128.load_ext<i16>(slopes + 2 * at));
      const upper = estimateFour(sums + 2 * at, offsets + 2 * at, slope, unit, step, shift + error);
      let reached = (mask >> at) & <u32>i32x4.bitmask(f32x4.ge(upper, lowest));
      if (reached == 0) continue;
      // Writes all four bounds, then moves those that reach the threshold to the front.
      v128.store(uppers, upper);
      const four = uppers;
      for (; reached != 0; reached &= reached - 1) {
        const lane = ctz<u32>(reached);
        store<u32>(found, first + 32 * block + at + lane);
        store<f32>(uppers, load<f32>(four + 4 * lane));
        found += 4;
        uppers += 4;
      }
    }
    sums += 64;
    offsets += 64;
    slopes += 64;
  }
  return <i32>(found - start) >> 2;
}
