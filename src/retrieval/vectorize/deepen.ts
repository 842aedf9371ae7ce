import { PARTITIONS } from "./filter-slots.ts";
import { INDEX_LIMITS } from "./vector-index.ts";

/** Into how many partitions the namespace is cut by a deeper question, the cheaper first. Each is one query. */
const CUTS: readonly number[] = [PARTITIONS / 4, PARTITIONS];
/** The share of the vectors found that is above the last one of each partition: 0.9 on average for 4, 0.83 for 16. */
const USABLE = 0.8;
/** A depth is asked for that is this much above the expected one. */
const MARGIN = 2;

const reach = (cuts: number): number => cuts * INDEX_LIMITS.nearest * USABLE;

/** Returns into how many partitions to cut a namespace, so that about `depth` of the nearest vectors are found. */
export const chooseCuts = (depth: number): number =>
  CUTS.find((cuts) => reach(cuts) >= depth) ?? PARTITIONS;

/** Counts of a shard's live chunks, and of those that an index has found: all, and those that pass the search filter. */
export type AdmittedShare = {
  readonly live: number;
  readonly admittedLive: number;
  readonly found: number;
  readonly admittedFound: number;
};

/**
 * Returns how many of the nearest chunks an index has to find for the best `candidatesMax` to be among them; null if it
 * cannot find as many, so that asking it again is in vain. What the index has found may pass more often than the rest,
 * since it was asked with a part of the filter.
 */
export function neededDepth(
  { live, admittedLive, found, admittedFound }: AdmittedShare,
  candidatesMax: number,
): number | null {
  const share = Math.max(admittedLive / Math.max(1, live), admittedFound / Math.max(1, found));
  const depth = Math.ceil((MARGIN * candidatesMax) / share);
  return depth <= reach(PARTITIONS) ? depth : null;
}
