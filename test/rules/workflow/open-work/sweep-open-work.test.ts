import { describe, it } from "vitest";

import { type OpenWork, pokeAt } from "../../../../src/workflow/open-work/open-work.ts";
import { sweepOpenWork } from "../../../../src/workflow/open-work/sweep-open-work.ts";

const SCOPE = { projectId: "proj_1", region: "auto" } as const;
const WORK: readonly OpenWork[] = [
  { kind: "run", id: "run_a", scope: SCOPE },
  { kind: "response", id: "resp_b", scope: SCOPE },
  { kind: "store", id: "vs_c", scope: SCOPE },
];

/** Sweeps this work and returns the actions in order. */
async function sweep(due: readonly OpenWork[], poke: (work: OpenWork) => Promise<boolean>) {
  const calls: string[] = [];
  await sweepOpenWork(
    {
      due: async (_now, limit) => due.slice(0, limit),
      postpone: async (postponed, until) =>
        void calls.push(`postpone ${postponed.length} ${until}`),
      poke: async (work) => {
        calls.push(`poke ${work.kind} ${work.id}`);
        return await poke(work);
      },
      remove: async ({ id }) => void calls.push(`remove ${id}`),
      forgetRemoved: async (before) => void calls.push(`forget ${before}`),
      failed: ({ id }) => void calls.push(`failed ${id}`),
    },
    1_000_000_000,
  );
  return calls;
}

describe("sweepOpenWork", () => {
  it("postpones all work before it calls the owners, and continues when one does not respond", async ({
    expect,
  }) => {
    const calls = await sweep(WORK, async ({ id }) => {
      if (id === "run_a") throw new Error("It is broken");
      return id !== "resp_b";
    });

    expect(calls[0]).toBe("postpone 3 1000300000");
    expect(calls.slice(1).toSorted()).toEqual([
      "failed run_a",
      "forget 913600000",
      "poke response resp_b",
      "poke run run_a",
      "poke store vs_c",
      "remove resp_b",
    ]);
  });

  it("calls at most five hundred owners, ten at a time", async ({ expect }) => {
    let [asking, most] = [0, 0];
    const due = Array.from({ length: 650 }, (_none, n): OpenWork => ({
      kind: "run",
      id: `run_${n}`,
      scope: SCOPE,
    }));

    const calls = await sweep(due, async () => {
      most = Math.max(most, ++asking);
      await Promise.resolve();
      asking--;
      return true;
    });

    expect(calls.filter((call) => call.startsWith("poke"))).toHaveLength(500);
    expect(most).toBe(10);
  });

  it("does nothing but clean up when no work is due", async ({ expect }) => {
    expect(await sweep([], async () => true)).toEqual(["forget 913600000"]);
  });
});

describe("pokeAt", () => {
  const MINUTE = 60_000;
  it.for([
    ["work that is overdue", -30, 5],
    ["work that is going on", 1, 5],
    ["work that waits in a queue", 10, 5],
    ["work that waits for half an hour", 30, 31],
    ["work that waits for days", 5_000, 60],
    ["work that waits without a limit", null, 60],
  ] as const)("looks at %s after a delay", ([, dueInMinutes, inMinutes], { expect }) => {
    const now = 10_000 * MINUTE;
    const nextDue = dueInMinutes === null ? null : now + dueInMinutes * MINUTE;
    expect(pokeAt(now, nextDue) - now).toBe(inMinutes * MINUTE);
  });
});
