import type { ShardWork } from "../search-types.ts";

/** The work of a shard that has no chunks. */
export const NO_WORK: ShardWork = {
  dense: null,
  isCapped: false,
  segments: 0,
  postings: 0,
  cachedLists: 0,
  readLists: 0,
};

/**
 * Adds up the work of a shard for several queries of one search. `segments` is not added up, because all queries use
 * the same segments.
 */
export function sumWork(works: readonly ShardWork[]): ShardWork {
  return works.reduce(
    (sum, work) => ({
      dense: work.dense ?? sum.dense,
      isCapped: sum.isCapped || work.isCapped,
      segments: Math.max(sum.segments, work.segments),
      postings: sum.postings + work.postings,
      cachedLists: sum.cachedLists + work.cachedLists,
      readLists: sum.readLists + work.readLists,
    }),
    NO_WORK,
  );
}
