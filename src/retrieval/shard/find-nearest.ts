import type { NearestPositions } from "../dense/dense-scan.ts";
import { coversBest, type NearestChunks } from "../vectorize/nearest-chunks.ts";
import { placeRuns } from "./run-places.ts";
import type { ShardIndex } from "./shard-index.ts";

/** The chunks of a shard that a vector index has found. */
export type FoundNearest = {
  /** Null if too few of them are left for the best to be among them. */
  readonly positions: NearestPositions | null;
  /** Numbers of chunks that the shard does not have, such as removed ones. */
  readonly strays: readonly number[];
};

/**
 * Finds the positions of the chunks that a vector index has found: those that are live, and whose files are `admitted`
 * (see `rankShard`).
 */
export function findNearest(
  index: ShardIndex,
  nearest: NearestChunks,
  { candidatesMax, admitted }: { candidatesMax: number; admitted: Uint8Array | null },
): FoundNearest {
  const positions: number[] = [];
  const strays: number[] = [];
  for (const number of nearest.numbers) {
    const position = findPosition(index, number);
    if (position === null || index.live[position] === 0) strays.push(number);
    else if (admitted === null || admitted[index.ordinals[position] ?? 0] === 1) {
      positions.push(position);
    }
  }
  const covers = coversBest(nearest, positions.length, candidatesMax);
  return { positions: covers ? { positions, floor: nearest.floor } : null, strays };
}

function findPosition({ segments }: ShardIndex, number: number): number | null {
  for (const { base, runs } of segments) {
    const [place] = placeRuns(runs).find({ first: number, count: 1 });
    if (place) return base + place.slot;
  }
  return null;
}
