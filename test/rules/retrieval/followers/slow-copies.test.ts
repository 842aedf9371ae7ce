import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { askCopy, type AskCopyDeps } from "../../../../src/retrieval/fan-out/ask-copy.ts";
import { CopyBoard } from "../../../../src/retrieval/followers/copy-board.ts";

const FOLLOWED = { shard: 0, point: { epoch: "e", head: 7 }, followers: [1, 2, 3] };
/** Time in which a copy answers one search, in milliseconds. */
const WORK_MS = 25;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A shard and three followers, each of which answers one search after the other; those that hang answer none. */
function makeCopies(hanging: readonly number[] = []) {
  const freeAt = [0, 0, 0, 0];
  const calls = [0, 0, 0, 0];
  const left: number[] = [];
  let seed = 1;
  const answer = async (copy: number) => {
    calls[copy] = (calls[copy] ?? 0) + 1;
    if (hanging.includes(copy)) await new Promise(() => {});
    const end = Math.max(Date.now(), freeAt[copy] ?? 0) + WORK_MS;
    freeAt[copy] = end;
    await wait(end - Date.now());
    return copy;
  };
  const deps: AskCopyDeps<number> = {
    board: new CopyBoard(),
    key: "shard",
    leader: () => answer(0),
    follower: (number) => answer(number),
    onAnswer: () => {},
    onLeft: (number) => left.push(number),
    now: () => Date.now(),
    random: () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
  };
  return { deps, calls, left };
}

/** Asks `atOnce` questions at any time for ten seconds. Returns the number of answers, and the longest wait. */
async function ask(deps: AskCopyDeps<number>, atOnce: number) {
  const [end, seen] = [Date.now() + 10_000, { answers: 0, longestMs: 0 }];
  const clients = Array.from({ length: atOnce }, async () => {
    while (Date.now() < end) {
      const begun = Date.now();
      await askCopy(deps, FOLLOWED);
      seen.answers++;
      seen.longestMs = Math.max(seen.longestMs, Date.now() - begun);
    }
  });
  await vi.advanceTimersByTimeAsync(20_000);
  await Promise.all(clients);
  return seen;
}

describe("searches of a shard with three followers", () => {
  it.for([8, 64, 200, 400])(
    "use all copies, %i at a time, though each answers late",
    async (atOnce, { expect }) => {
      const { deps, calls, left } = makeCopies();
      const { answers } = await ask(deps, atOnce);
      const all = calls.reduce((sum, count) => sum + count, 0);
      // Four copies answer 1,600 in ten seconds. A tenth of the searches may ask twice.
      expect(answers).toBeGreaterThan(1_600 * 0.85);
      expect(all).toBeLessThanOrEqual(answers * 1.1 + 2);
      expect(left).toEqual([]);
    },
  );

  it("leave a follower that hangs, within a second for nearly all of them", async ({ expect }) => {
    const { deps, calls, left } = makeCopies([2]);
    const { answers, longestMs } = await ask(deps, 8);
    expect(new Set(left)).toEqual(new Set([2]));
    // Three copies answer 1,200 in ten seconds. Those that have chosen the follower wait until one has compared it.
    expect(answers).toBeGreaterThan(1_000);
    expect(calls[2]).toBeLessThan(20);
    expect(longestMs).toBeLessThan(3_100);
  });

  it("take the answer of a follower whose shard fails beside it", async ({ expect }) => {
    const { deps } = makeCopies();
    const slow: typeof deps = {
      ...deps,
      leader: () => Promise.reject(new Error("away")),
      follower: async (number) => {
        await wait(900);
        return number;
      },
      random: () => 0.99,
    };
    const asked = askCopy(slow, FOLLOWED);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await asked).toBe(3);
  });

  it("take the answer of the shard if a slow follower fails or is behind", async ({ expect }) => {
    const { deps, left } = makeCopies();
    for (const fails of [true, false]) {
      const slow: typeof deps = {
        ...deps,
        leader: () => wait(100).then(() => 0),
        follower: async () => {
          await wait(800);
          if (fails) throw new Error("The object was reset");
          return null;
        },
        random: () => 0.99,
      };
      const asked = askCopy(slow, FOLLOWED);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await asked).toBe(0);
    }
    expect(left).toEqual([3]);
  });
});
