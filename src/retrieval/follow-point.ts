import type { FollowerNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";

/**
 * A state of a search shard that has followers. The shard numbers its changes while it is followed: `head` is the number
 * of the last one, and `epoch` names the time for which it has numbered them without a gap.
 */
export type FollowPoint = { readonly epoch: string; readonly head: number };

/** The followers of a search shard that a search may ask, and the state that they must have reached for it. */
export type FollowedShard = {
  readonly shard: SearchShardNumber;
  readonly point: FollowPoint;
  readonly followers: readonly FollowerNumber[];
};

/** Tests whether a copy in the state `own` has everything that its shard had in the state `wanted`. */
export const hasReached = (own: FollowPoint | null, wanted: FollowPoint): boolean =>
  own !== null && own.epoch === wanted.epoch && own.head >= wanted.head;
