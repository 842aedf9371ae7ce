import { describe, it } from "vitest";

import type { RunId } from "../../../../src/ids.ts";
import { type DueRun, pokeAt, sweepRuns } from "../../../../src/workflow/runs/sweep-runs.ts";

const SCOPE = { projectId: "proj_1", region: "auto" } as const;

/** Sweeps these runs and returns the actions in order. */
async function sweep(ids: readonly RunId[], poke: (run: DueRun) => Promise<boolean>) {
  const calls: string[] = [];
  await sweepRuns(
    {
      due: async (_now, limit) => ids.slice(0, limit).map((id) => ({ id, scope: SCOPE })),
      postpone: async (postponed, until) =>
        void calls.push(`postpone ${postponed.length} ${until}`),
      poke: async (run) => {
        calls.push(`poke ${run.id}`);
        return await poke(run);
      },
      remove: async (id) => void calls.push(`remove ${id}`),
      forgetRemoved: async (before) => void calls.push(`forget ${before}`),
      failed: ({ id }) => void calls.push(`failed ${id}`),
    },
    1_000_000_000,
  );
  return calls;
}

describe("sweepRuns", () => {
  it("postpones each run before it polls it, and continues when a run does not respond", async ({
    expect,
  }) => {
    const calls = await sweep(["run_a", "run_b", "run_c"], async ({ id }) => {
      if (id === "run_a") throw new Error("It is broken");
      return id !== "run_b";
    });

    expect(calls[0]).toBe("postpone 3 1000300000");
    expect(calls.slice(1).toSorted()).toEqual([
      "failed run_a",
      "forget 913600000",
      "poke run_a",
      "poke run_b",
      "poke run_c",
      "remove run_b",
    ]);
  });

  it("polls at most a hundred runs, ten at a time", async ({ expect }) => {
    let [asking, most] = [0, 0];
    const ids = Array.from({ length: 250 }, (_none, n): RunId => `run_${n}`);

    const calls = await sweep(ids, async () => {
      most = Math.max(most, ++asking);
      await Promise.resolve();
      asking--;
      return true;
    });

    expect(calls.filter((call) => call.startsWith("poke"))).toHaveLength(100);
    expect(most).toBe(10);
  });

  it("does nothing but clean up when no run is due", async ({ expect }) => {
    expect(await sweep([], async () => true)).toEqual(["forget 913600000"]);
  });
});

describe("pokeAt", () => {
  const MINUTE = 60_000;
  it.for([
    ["a run that has just begun", 0, 5],
    ["a run that is an hour old", 60, 15],
    ["a run that waits for days", 5_000, 60],
  ] as const)("polls %s after a delay", ([, ageMinutes, inMinutes], { expect }) => {
    const now = 10_000 * MINUTE;
    expect(pokeAt(now, now - ageMinutes * MINUTE) - now).toBe(inMinutes * MINUTE);
  });
});
