/**
 * Lists the positions below `count` whose bits are set, ascending; null if there are more than `max`. Bit `p & 31` of
 * word `p >> 5` belongs to position `p`.
 */
export function listPositions(bits: Uint32Array, count: number, max: number): Uint32Array | null {
  const positions: number[] = [];
  for (let word = 0; word * 32 < count; word++) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
      const position = word * 32 + lowestBit(rest);
      if (position >= count) break;
      if (positions.push(position) > max) return null;
    }
  }
  return Uint32Array.from(positions);
}

/** Returns the index of the lowest set bit, 0 to 31. `bits` must not be 0. */
export const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
