import { describe, expect, it } from "vitest";

import { newId, type RunId } from "../../../../src/ids.ts";
import { findNextCheck, RECHECK_MS } from "../../../../src/workflow/schedule/next-look.ts";
import {
  formatTickKey,
  formatTriggerKey,
  deriveRunIdFromKey,
  deriveTickRunId,
} from "../../../../src/workflow/schedule/run-of-tick.ts";
import {
  decideStart,
  START_TOTAL_MS,
  type StartDecision,
  type StartOutcome,
} from "../../../../src/workflow/schedule/start-outcome.ts";

const failed: StartOutcome = { kind: "failed", message: "busy" };

describe("decideStart", () => {
  it.each<[string, StartOutcome, number, number, number, StartDecision]>([
    ["is done with a run that was started", { kind: "started" }, 1, 0, 0.5, { kind: "open" }],
    [
      "retries after a failure, with growing delays",
      failed,
      4,
      1_000,
      0.5,
      { kind: "again", due: 5_000, message: "busy" },
    ],
    [
      "never retries immediately",
      failed,
      4,
      1_000,
      0,
      { kind: "again", due: 1_500, message: "busy" },
    ],
    [
      "waits at most five minutes",
      failed,
      4_000,
      1_000,
      1,
      { kind: "again", due: 301_000, message: "busy" },
    ],
    [
      "retries when the refusal does not concern the run",
      { kind: "refused", code: "service_unavailable", message: "busy" },
      1,
      1_000,
      0.9,
      { kind: "again", due: 1_900, message: "busy" },
    ],
    [
      "gives up a run that is refused permanently",
      { kind: "refused", code: "not_found", message: "gone" },
      1,
      1_000,
      0.5,
      { kind: "given_up", code: "not_found", message: "gone" },
    ],
    [
      "gives up after a day",
      failed,
      1,
      START_TOTAL_MS,
      0.5,
      { kind: "given_up", code: null, message: "busy" },
    ],
  ])("%s", (_name, outcome, attempt, now, dice, expected) => {
    expect(decideStart({ attempt, since: 0 }, outcome, now, () => dice)).toEqual(expected);
  });
});

describe("findNextCheck", () => {
  it.each([
    ["the next tick", { nextAt: 50_000, waiting: 0 }, 50_000],
    ["a little later while a tick waits", { nextAt: 50_000, waiting: 1 }, RECHECK_MS],
    ["the next tick when that comes first", { nextAt: 5_000, waiting: 1 }, 5_000],
    ["a little later when no tick follows", { nextAt: null, waiting: 1 }, RECHECK_MS],
    ["never when there is nothing to come", { nextAt: null, waiting: 0 }, null],
  ])("is %s", (_name, state, expected) => {
    expect(findNextCheck({ now: 0, isPaused: false, ...state })).toBe(expected);
    expect(findNextCheck({ now: 0, isPaused: true, ...state })).toBeNull();
  });
});

describe("the run of a tick", () => {
  it("is always the same, and differs between ticks, schedules and requests", async () => {
    const [one, two] = [newId("sched_"), newId("sched_")];
    const ids: RunId[] = [
      await deriveTickRunId(one, 1),
      await deriveTickRunId(one, 2),
      await deriveTickRunId(two, 1),
      await deriveRunIdFromKey(formatTriggerKey(one, "1")),
    ];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^run_[0-9a-hjkmnp-tv-z]{24}$/);
    expect(await deriveRunIdFromKey(formatTickKey(one, 1))).toBe(ids[0]);
    expect(await deriveTickRunId("sched_example", 0)).toMatchInlineSnapshot(
      `"run_nntgxb656t0wnf81xk5m1cxy"`,
    );
  });
});
