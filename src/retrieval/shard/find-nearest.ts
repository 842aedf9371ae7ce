import type { NearestPositions } from "../dense/dense-scan.ts";
import type { NumberRun } from "../segment/columns.ts";
import { neededDepth } from "../vectorize/deepen.ts";
import { coversBest, type NearestChunks } from "../vectorize/nearest-chunks.ts";
import { placeRuns } from "./run-places.ts";
import type { ShardIndex } from "./shard-index.ts";

/** The chunks of a shard that a vector index has found. */
export type FoundNearest = {
  /** Null if too few of them are left for the best to be among them. */
  readonly positions: NearestPositions | null;
  /** Numbers of chunks that the shard does not have, such as removed ones. */
  readonly strays: readonly number[];
  /** The number of nearest chunks to ask the index for instead; null if these suffice, or more would not help. */
  readonly depth: number | null;
};

/** The parts of a query and of a shard that `findNearest` needs. */
export type NearestContext = {
  readonly candidatesMax: number;
  /** See `rankShard`. */
  readonly admitted: Uint8Array | null;
  /** Reads the numbers of the chunks that the vector index may not have yet. */
  readonly overlay: () => readonly NumberRun[];
};

/**
 * Finds the positions of the chunks that a vector index has found: those that are live, and whose files are `admitted`
 * (see `rankShard`).
 */
export function findNearest(
  index: ShardIndex,
  nearest: NearestChunks,
  context: NearestContext,
): FoundNearest {
  const { candidatesMax, admitted } = context;
  const positions: number[] = [];
  const strays: number[] = [];
  for (const number of nearest.numbers) {
    const position = findPosition(index, number);
    if (position === null || index.live[position] === 0) strays.push(number);
    else if (isAdmitted(index, admitted, position)) positions.push(position);
  }
  const hasOthers = () => hasOtherChunks(index, positions, context);
  if (coversBest(nearest, { admitted: positions.length, hasOthers }, candidatesMax)) {
    return { positions: { positions, floor: nearest.floor }, strays, depth: null };
  }
  const share = () => ({
    live: index.liveCount,
    admittedLive: countAdmitted(index, admitted),
    found: nearest.numbers.length,
    admittedFound: positions.length,
  });
  const isDeeper = nearest.mayDeepen && !nearest.isAll;
  return { positions: null, strays, depth: isDeeper ? neededDepth(share(), candidatesMax) : null };
}

const isAdmitted = (
  { ordinals }: ShardIndex,
  admitted: Uint8Array | null,
  position: number,
): boolean => admitted === null || admitted[ordinals[position] ?? 0] === 1;

function countAdmitted(index: ShardIndex, admitted: Uint8Array | null): number {
  let count = 0;
  for (let position = 0; position < index.count; position++) {
    if (index.live[position] === 1 && isAdmitted(index, admitted, position)) count++;
  }
  return count;
}

/** Tests whether a live chunk is admitted that is neither at one of these positions nor in the overlay. */
function hasOtherChunks(
  index: ShardIndex,
  positions: readonly number[],
  { admitted, overlay }: NearestContext,
): boolean {
  const known = new Uint8Array(index.count);
  for (const position of positions) known[position] = 1;
  const waiting = overlay();
  for (const { base, runs } of index.segments) {
    const places = placeRuns(runs);
    for (const run of waiting) {
      for (const { slot, count } of places.find(run))
        known.fill(1, base + slot, base + slot + count);
    }
  }
  for (let position = 0; position < index.count; position++) {
    if (known[position] === 1 || index.live[position] === 0) continue;
    if (isAdmitted(index, admitted, position)) return true;
  }
  return false;
}

function findPosition({ segments }: ShardIndex, number: number): number | null {
  for (const { base, runs } of segments) {
    const [place] = placeRuns(runs).find({ first: number, count: 1 });
    if (place) return base + place.slot;
  }
  return null;
}
