/** Lists the positions whose bits are set, ascending; null if there are more than `max`. */
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

/** Returns the number of the lowest bit that is set. */
export const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
