import { describe, it } from "vitest";

import type { FollowerState } from "../../../../src/knowledge/store-index.ts";
import {
  CALM_MS,
  decideFollowers,
  isOverloaded,
  type KnownFollower,
  LOST_MS,
} from "../../../../src/retrieval/followers/decide-followers.ts";
import {
  HeatWindows,
  LASTING_MS,
  WINDOW_MS,
} from "../../../../src/retrieval/followers/heat-windows.ts";

const NOW = 1_800_000_000_000;
const AT = { followersMax: 3, watchedMs: CALM_MS, now: NOW };
const HOT = { recentLeast: 100, lastingLeast: 100, largest: 100 };
const COLD = { recentLeast: 0, lastingLeast: 0, largest: 0 };

const makeFollower = (
  number: number,
  {
    state = "ready",
    calledMs = 2 * CALM_MS,
    heardMs = 0,
  }: { state?: FollowerState; calledMs?: number; heardMs?: number } = {},
): KnownFollower => ({ number, state, calledAt: NOW - calledMs, heardAt: NOW - heardMs });

const heat = (calls: number, busyMs: number) => ({ generation: 1, shard: 0, calls, busyMs });

const lasting = (lastingLeast: number) => ({ ...HOT, lastingLeast });

const makeFollowers = (count: number, more: Parameters<typeof makeFollower>[1] = {}) =>
  Array.from({ length: count }, (_, at) => makeFollower(at + 1, more));

describe("the followers of a shard", () => {
  it.for([
    ["none where none waits", 0, { recentLeast: 1.9, lastingLeast: 0, largest: 9 }, null],
    [
      "the first where a search waits behind another",
      0,
      { recentLeast: 2, lastingLeast: 0, largest: 2 },
      1,
    ],
    [
      "no second one while two copies have one waiting",
      1,
      { recentLeast: 3.9, lastingLeast: 0, largest: 9 },
      null,
    ],
    [
      "a second one where each of two copies has a queue",
      1,
      { recentLeast: 4, lastingLeast: 0, largest: 4 },
      2,
    ],
    ["a third one", 2, HOT, 3],
    ["no more than the bound", 3, HOT, null],
  ] as const)("are called by the queue: %s", ([, count, load, call], { expect }) => {
    expect(decideFollowers(makeFollowers(count), load, AT)).toEqual({ call, dismiss: [] });
  });

  it("are called one after the other: not while one copies", ({ expect }) => {
    const copying = [makeFollower(1, { state: "copying", calledMs: 0 })];
    expect(decideFollowers(copying, HOT, AT).call).toBeNull();
    const called = [makeFollower(1, { state: "called", calledMs: 0 })];
    expect(decideFollowers(called, HOT, AT).call).toBeNull();
  });

  it("get no number of one that is still erased", ({ expect }) => {
    const leaving = [makeFollower(1, { state: "leaving" }), makeFollower(2)];
    expect(decideFollowers(leaving, HOT, AT).call).toBe(3);
  });

  it("all go when nobody asks, and only the surplus when some ask", ({ expect }) => {
    expect(decideFollowers(makeFollowers(3), COLD, AT).dismiss).toEqual([1, 2, 3]);
    const some = { recentLeast: 0, lastingLeast: 0, largest: 1.2 };
    expect(decideFollowers(makeFollowers(3), some, AT).dismiss).toEqual([3]);
  });

  it("stay until they, and the object that watches them, have seen no load for five minutes", ({
    expect,
  }) => {
    const young = makeFollowers(3, { calledMs: CALM_MS - 1 });
    expect(decideFollowers(young, COLD, AT).dismiss).toEqual([]);
    const restarted = { ...AT, watchedMs: CALM_MS - 1 };
    expect(decideFollowers(makeFollowers(3), COLD, restarted).dismiss).toEqual([]);
  });

  it("go when they are lost, or more than the bound", ({ expect }) => {
    const lost = [makeFollower(1, { heardMs: LOST_MS }), makeFollower(2)];
    expect(decideFollowers(lost, HOT, AT)).toEqual({ call: 3, dismiss: [1] });
    expect(decideFollowers(makeFollowers(3), HOT, { ...AT, followersMax: 1 })).toEqual({
      call: null,
      dismiss: [2, 3],
    });
    expect(decideFollowers(makeFollowers(2), HOT, { ...AT, followersMax: 0 }).dismiss).toEqual([
      1, 2,
    ]);
  });

  it("neither come nor go at any load between the two bounds, whatever their number", ({
    expect,
  }) => {
    // The queue that has just called one more leaves it in place, so the number does not swing.
    for (let count = 0; count < 3; count++) {
      const load = { recentLeast: 2 * (count + 1), lastingLeast: 0, largest: 2 * (count + 1) };
      expect(decideFollowers(makeFollowers(count), load, AT).call).toBe(count + 1);
      const after = decideFollowers(makeFollowers(count + 1), load, AT);
      expect(after).toEqual({ call: null, dismiss: [] });
    }
  });
});

describe("a shard that is asked more than its copies can answer", () => {
  it.for([
    ["without followers, if each search waits behind another", 0, 0, 2, true],
    ["not at a shorter queue", 0, 0, 1.9, false],
    ["not while it may get a follower", 0, 3, 100, false],
    ["not while it may get another", 2, 3, 100, false],
    ["with all followers, if searches wait at each copy", 3, 3, 8, true],
    ["not at a shorter queue at each of them", 3, 3, 7.9, false],
    ["with more followers than a smaller bound", 3, 1, 8, true],
  ] as const)("is overloaded: %s", ([, count, followersMax, queue, wanted], { expect }) => {
    expect(
      isOverloaded(makeFollowers(count), lasting(queue), { followersMax, steadyMs: LASTING_MS }),
    ).toBe(wanted);
  });

  it("is not overloaded while a follower copies, is called or leaves", ({ expect }) => {
    for (const state of ["called", "copying", "leaving"] as const) {
      const followers = [...makeFollowers(2), makeFollower(3, { state })];
      expect(isOverloaded(followers, lasting(100), { followersMax: 3, steadyMs: LASTING_MS })).toBe(
        false,
      );
    }
  });

  it("is not overloaded before its last follower has been asked in all of that time", ({
    expect,
  }) => {
    const at = { followersMax: 3, steadyMs: LASTING_MS - 1 };
    expect(isOverloaded(makeFollowers(3), lasting(100), at)).toBe(false);
  });

  it("is overloaded after two minutes without a calm window", ({ expect }) => {
    const windows = new HeatWindows();
    const start = Math.floor(NOW / WINDOW_MS) * WINDOW_MS;
    const isHotAt = (window: number) =>
      isOverloaded([], windows.loadOf(1, 0, start + window * WINDOW_MS), {
        followersMax: 0,
        steadyMs: LASTING_MS,
      });
    for (let window = 0; window < 40; window++) {
      const calm = window === 20;
      windows.note(heat(30, calm ? 19_999 : 20_000), start + window * WINDOW_MS);
      // The window of this moment is not over.
      expect(isHotAt(window)).toBe((window >= 12 && window <= 20) || window >= 33);
    }
  });
});

describe("the load of a shard", () => {
  it("is the time that searches spend there in a second, in the windows that are over", ({
    expect,
  }) => {
    const windows = new HeatWindows();
    const start = Math.floor(NOW / WINDOW_MS) * WINDOW_MS;
    windows.note(heat(30, 20_000), start);
    windows.note(heat(30, 20_000), start + 5_000);
    expect(windows.loadOf(1, 0, start + 5_000)).toEqual(COLD);
    windows.note(heat(40, 30_000), start + WINDOW_MS);
    expect(windows.loadOf(1, 0, start + WINDOW_MS)).toEqual({
      recentLeast: 0,
      lastingLeast: 0,
      largest: 4,
    });
    expect(windows.loadOf(1, 0, start + 2 * WINDOW_MS)).toEqual({
      recentLeast: 3,
      lastingLeast: 0,
      largest: 4,
    });
    expect(windows.loadOf(1, 0, start + 3 * WINDOW_MS)).toEqual({
      recentLeast: 0,
      lastingLeast: 0,
      largest: 4,
    });
    expect(windows.loadOf(1, 0, start + CALM_MS + 2 * WINDOW_MS)).toEqual(COLD);
    expect(windows.loadOf(1, 1, start + 2 * WINDOW_MS)).toEqual(COLD);
  });

  it("does not count a few slow searches, as at a start of the shard", ({ expect }) => {
    const windows = new HeatWindows();
    windows.note(heat(19, 600_000), NOW);
    expect(windows.loadOf(1, 0, NOW + WINDOW_MS)).toEqual(COLD);
  });

  it("of other generations is forgotten", ({ expect }) => {
    const windows = new HeatWindows();
    windows.note(heat(100, 90_000), NOW);
    windows.note({ ...heat(100, 90_000), generation: 2 }, NOW);
    windows.keepAlone(2);
    expect(windows.shardsOf(1)).toEqual([]);
    expect(windows.shardsOf(2)).toEqual([0]);
  });
});
