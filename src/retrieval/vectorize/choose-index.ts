import type { IndexRoom } from "./outgoing.ts";
import type { VectorIndexNumber } from "./placement.ts";

/** A store, as far as its size decides where its vectors are. */
export type StoreSize = {
  readonly chunkCount: number;
  /** True if the vectors are in a vector index now. */
  readonly isPlaced: boolean;
};

/**
 * Tests whether the vectors of a store belong in a vector index: it has at least `chunksMin` chunks. One that is placed
 * stays until it has half of that, so that a store of about that size does not move to and fro.
 */
export const wantsIndex = ({ chunkCount, isPlaced }: StoreSize, chunksMin: number): boolean =>
  chunkCount >= (isPlaced ? Math.ceil(chunksMin / 2) : chunksMin);

/**
 * Chooses the vector index for the vectors of a store: of those with as many dimensions and room for all of them, the one
 * with most room. Null if none fits; an index that did not answer (null) does not.
 */
export function chooseIndex(
  rooms: ReadonlyMap<VectorIndexNumber, IndexRoom | null>,
  { dimensions, chunkCount }: { readonly dimensions: number; readonly chunkCount: number },
): VectorIndexNumber | null {
  let best: { readonly index: VectorIndexNumber; readonly free: number } | null = null;
  for (const [index, room] of rooms) {
    if (room === null || room.dimensions !== dimensions || room.free < chunkCount) continue;
    if (best === null || room.free > best.free) best = { index, free: room.free };
  }
  return best?.index ?? null;
}
