import { describe, it, vi } from "vitest";

import { askCopy, type AskCopyDeps } from "../../../../src/retrieval/fan-out/ask-copy.ts";
import { chooseCopy, CopyBoard } from "../../../../src/retrieval/followers/copy-board.ts";
import { HeatLog } from "../../../../src/retrieval/followers/shard-heat.ts";

const FOLLOWED = { shard: 0, point: { epoch: "e", head: 7 }, followers: [1, 2, 3] };

/** Dependencies that record the calls. `random` is 0.99: the last copy and the one before it. */
function makeDeps(given: Partial<AskCopyDeps<string>> = {}) {
  const calls: string[] = [];
  const times: number[] = [];
  const left: number[] = [];
  const clock = { now: 1_000 };
  const deps: AskCopyDeps<string> = {
    board: new CopyBoard(),
    key: "shard",
    leader: async () => {
      calls.push("leader");
      clock.now += 5;
      return "leader";
    },
    follower: async (number, { head }) => {
      calls.push(`follower ${number} at ${head}`);
      clock.now += 3;
      return `follower ${number}`;
    },
    onAnswer: (ms) => times.push(ms),
    onLeft: (number) => left.push(number),
    now: () => clock.now,
    random: () => 0.99,
    ...given,
  };
  return { deps, calls, times, left, clock };
}

describe("the copy that a search asks", () => {
  it("is one of all copies, each about as often", ({ expect }) => {
    const counts = [0, 0, 0, 0];
    for (let a = 0; a < 40; a++) {
      for (let b = 0; b < 30; b++) {
        const draws = [a / 40, b / 30];
        const copy = chooseCopy(
          [0, 1, 2, 3],
          () => 0,
          () => draws.shift() ?? 0,
        );
        counts[copy] = (counts[copy] ?? 0) + 1;
      }
    }
    expect(counts).toEqual([300, 300, 300, 300]);
  });

  it("is of two different ones that with fewer open searches", ({ expect }) => {
    const open = [5, 0, 9, 9];
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 3; b++) {
        const draws = [a / 4, b / 3];
        const other = (a + 1 + b) % 4;
        const copy = chooseCopy(
          [0, 1, 2, 3],
          (one) => open[one] ?? 0,
          () => draws.shift() ?? 0,
        );
        expect(other).not.toBe(a);
        expect(open[copy]).toBe(Math.min(open[a] ?? 0, open[other] ?? 0));
      }
    }
  });

  it("is the shard itself where it has no followers", async ({ expect }) => {
    const { deps, calls, times } = makeDeps();
    expect(await askCopy(deps, null)).toBe("leader");
    expect([calls, times]).toEqual([["leader"], [5]]);
  });

  it("is asked with the state that it must have", async ({ expect }) => {
    const { deps, calls, times } = makeDeps();
    expect(await askCopy(deps, FOLLOWED)).toBe("follower 3");
    expect([calls, times]).toEqual([["follower 3 at 7"], [3]]);
  });

  it("is replaced by the shard where it is behind, and asked again the next time", async ({
    expect,
  }) => {
    const { deps, calls, left } = makeDeps();
    const behind: typeof deps = {
      ...deps,
      follower: async (number) => {
        calls.push(`behind ${number}`);
        return null;
      },
    };
    expect(await askCopy(behind, FOLLOWED)).toBe("leader");
    expect(await askCopy(behind, FOLLOWED)).toBe("leader");
    expect([calls, left]).toEqual([["behind 3", "leader", "behind 3", "leader"], []]);
  });

  it("is avoided for a while after it has failed", async ({ expect }) => {
    const { deps, calls, left, clock } = makeDeps();
    const failing: typeof deps = {
      ...deps,
      follower: async (number) => {
        calls.push(`fails ${number}`);
        throw new Error("The object was reset");
      },
    };
    for (let search = 0; search < 4; search++) {
      expect(await askCopy(failing, FOLLOWED)).toBe("leader");
    }
    expect(left).toEqual([3, 2, 1]);
    expect(calls.at(-1)).toBe("leader");
    clock.now += 6_000;
    await askCopy(failing, FOLLOWED);
    expect(left).toEqual([3, 2, 1, 3]);
  });

  it("is left when it does not answer, and its late failure is nobody's", async ({ expect }) => {
    vi.useFakeTimers();
    try {
      const { promise, reject } = Promise.withResolvers<string>();
      const { deps, left } = makeDeps({ follower: () => promise });
      const asked = askCopy(deps, FOLLOWED);
      await vi.advanceTimersByTimeAsync(800);
      expect(await asked).toBe("leader");
      reject(new Error("The object was reset"));
      await vi.advanceTimersByTimeAsync(1);
      expect(left).toEqual([3]);
      expect(deps.board.countOpen("shard", 3)).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("has no open searches after a failure of the shard", async ({ expect }) => {
    const { deps } = makeDeps({ leader: () => Promise.reject(new Error("away")) });
    await expect(askCopy(deps, null)).rejects.toThrow("away");
    expect(deps.board.countOpen("shard", 0)).toBe(0);
  });
});

describe("what searches see of a shard", () => {
  it("is the time beyond the way to the store, once that is known", ({ expect }) => {
    const heat = new HeatLog().ofStore("a");
    heat.noteAnswer(1, 0, 90);
    expect(heat.take()).toEqual([]);
    heat.noteWay(20);
    heat.noteAnswer(1, 0, 50);
    heat.noteAnswer(1, 0, 10);
    heat.noteAnswer(1, 2, 25);
    expect(heat.take()).toEqual([
      { generation: 1, shard: 0, calls: 2, busyMs: 30 },
      { generation: 1, shard: 2, calls: 1, busyMs: 5 },
    ]);
    expect(heat.take()).toEqual([]);
  });

  it("believes a short way at once, and a long one slowly", ({ expect }) => {
    const heat = new HeatLog().ofStore("a");
    heat.noteWay(20);
    heat.noteWay(100);
    heat.noteAnswer(1, 0, 100);
    expect(heat.take()[0]?.busyMs).toBe(70);
    heat.noteWay(4);
    heat.noteAnswer(1, 0, 100);
    expect(heat.take()[0]?.busyMs).toBe(96);
  });

  it("is kept by store, of the last thousand stores", ({ expect }) => {
    const log = new HeatLog();
    for (const name of ["first", ...Array.from({ length: 1_000 }, (_, at) => `s${at}`)]) {
      log.ofStore(name).noteWay(1);
      log.ofStore(name).noteAnswer(1, 0, 2);
    }
    expect(log.ofStore("first").take()).toEqual([]);
    expect(log.ofStore("s0").take()).toHaveLength(1);
    expect(log.ofStore("s999").take()).toHaveLength(1);
  });
});
