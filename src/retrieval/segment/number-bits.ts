import type { NumberRun } from "./columns.ts";

/** Number of chunk numbers in one block of bits, which has 512 bytes. */
const BLOCK_NUMBERS = 4_096;

/** A block of a set of chunk numbers: one bit for each number from `block · 4096` on, lowest bit first. */
export type BitBlock = { readonly block: number; readonly bits: Uint8Array<ArrayBuffer> };

/**
 * Adds the numbers of runs to a set. `read` returns the present bits of a block; null if it is empty. Returns the
 * changed blocks.
 */
export function addNumbers(
  runs: readonly NumberRun[],
  read: (block: number) => Uint8Array<ArrayBuffer> | null,
): BitBlock[] {
  const blocks = new Map<number, Uint8Array<ArrayBuffer>>();
  for (const { first, count } of runs) {
    for (let number = first; number < first + count; number++) {
      const block = Math.floor(number / BLOCK_NUMBERS);
      const bits = blocks.get(block) ?? read(block) ?? new Uint8Array(BLOCK_NUMBERS / 8);
      blocks.set(block, bits);
      const at = number % BLOCK_NUMBERS;
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  return [...blocks].map(([block, bits]) => ({ block, bits }));
}

/** Lists the numbers of a block as runs, ascending. */
export function listNumbers({ block, bits }: BitBlock): NumberRun[] {
  const runs: NumberRun[] = [];
  const base = block * BLOCK_NUMBERS;
  const has = (at: number) => ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  for (let at = 0; at < BLOCK_NUMBERS; at++) {
    if (!has(at)) continue;
    const start = at;
    while (at + 1 < BLOCK_NUMBERS && has(at + 1)) at++;
    runs.push({ first: base + start, count: at + 1 - start });
  }
  return runs;
}
