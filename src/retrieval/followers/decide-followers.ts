import type { FollowerNumber } from "../../knowledge/shard-numbers.ts";
import type { FollowerState } from "../../knowledge/store-index.ts";
import { LASTING_MS, type ShardLoad, WINDOW_MS, WINDOWS_KEPT } from "./heat-windows.ts";

/** A follower of a search shard, as the store's object knows it. Times are in milliseconds since the epoch. */
export type KnownFollower = {
  readonly number: FollowerNumber;
  readonly state: FollowerState;
  readonly calledAt: number;
  /** When it reported last; before its first report, when it was called. */
  readonly heardAt: number;
};

/** What is to be changed about the followers of a search shard: one to call, null for none, and those to dismiss. */
export type FollowerDecision = {
  readonly call: FollowerNumber | null;
  readonly dismiss: readonly FollowerNumber[];
};

/** Mean number of searches at each copy from which on another copy is made: one is answered, and one waits. */
const HOT_QUEUE = 2;
/** Mean number of searches at each copy below which a copy can go. */
const CALM_QUEUE = 0.5;
/** Time for which a shard must be calm until a copy goes, in milliseconds: all windows that are kept. */
export const CALM_MS = WINDOW_MS * WINDOWS_KEPT;
/** Time without a report after which a follower counts as lost, in milliseconds. */
export const LOST_MS = 300_000;

/**
 * Decides about the followers of one search shard. `followersMax` is their bound, `watchedMs` the time for which the
 * load was watched, `now` in milliseconds since the epoch.
 */
export function decideFollowers(
  followers: readonly KnownFollower[],
  load: ShardLoad,
  at: { readonly followersMax: number; readonly watchedMs: number; readonly now: number },
): FollowerDecision {
  const staying = followers.filter(({ state }) => state !== "leaving");
  const lost = staying.filter(({ heardAt }) => heardAt + LOST_MS <= at.now);
  const present = staying.filter((one) => !lost.includes(one));
  const kept = present.slice(0, at.followersMax);
  const surplus = present.slice(at.followersMax);
  const numbers = (some: readonly KnownFollower[]) => some.map(({ number }) => number);
  // One after the other: the next one only when the last one takes its part of the load.
  const isSettled = kept.every(({ state }) => state === "ready");
  const isHot = load.recentLeast >= HOT_QUEUE * (kept.length + 1);
  if (isHot && isSettled && kept.length < at.followersMax) {
    return { call: freeNumber(followers), dismiss: numbers([...lost, ...surplus]) };
  }
  const needed = at.watchedMs < CALM_MS ? kept.length : Math.floor(load.largest / CALM_QUEUE);
  const idle = kept.slice(needed).filter(({ calledAt }) => calledAt + CALM_MS <= at.now);
  return { call: null, dismiss: numbers([...lost, ...surplus, ...idle]) };
}

/**
 * Tests whether searches wait at a shard and at each of the followers that it may have, for two minutes in a row: other
 * copies do not help it. `steadyMs` is the time since its copies have changed last: while one is missing, or was made just
 * now, it is not known whether they will.
 */
export function isOverloaded(
  followers: readonly KnownFollower[],
  { lastingLeast }: ShardLoad,
  { followersMax, steadyMs }: { readonly followersMax: number; readonly steadyMs: number },
): boolean {
  const answering = followers.filter(({ state }) => state === "ready").length;
  const isSettled = answering >= followersMax && steadyMs >= LASTING_MS;
  return isSettled && lastingLeast >= HOT_QUEUE * (answering + 1);
}

/** Returns the least number that no follower has; one that is leaving keeps its own until it is erased. */
function freeNumber(followers: readonly KnownFollower[]): FollowerNumber {
  const taken = new Set(followers.map(({ number }) => number));
  let free = 1;
  while (taken.has(free)) free++;
  return free;
}
