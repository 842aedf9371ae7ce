import { describe, expect, it } from "vitest";

import {
  RETRY_BACKGROUND,
  RETRY_INTERACTIVE,
  type StepDefinition,
} from "../../../../../src/kernel/rules/definition.ts";
import { backoffMs } from "../../../../../src/kernel/rules/step/backoff.ts";
import { formatLease, parseLease } from "../../../../../src/kernel/rules/step/lease.ts";
import { moveStep } from "../../../../../src/kernel/rules/step/move-step.ts";
import {
  HUMAN_MS_MAX,
  PAUSED_MS_MAX,
  readyStep,
  type StepEvent,
  type StepState,
  type Wait,
} from "../../../../../src/kernel/rules/step/step-state.ts";

const STEP: StepDefinition = {
  use: "any@1",
  retry: { attemptsMax: 3, baseMs: 100, capMs: 150 },
  timeout: { attemptMs: 2_000, totalMs: 10_000 },
};
const at = (now: number, more: Partial<StepDefinition> = {}) => ({
  now,
  random: () => 0.5,
  definition: { ...STEP, ...more },
  strikesMax: 3,
});
const CLAIM: StepEvent = { type: "claimed", lease: "lease", leaseMs: 1_000 };
const tries = {
  attempt: 1,
  choice: 0,
  strikes: 0,
  firstAt: 0,
  message: null,
  certain: true,
} as const;
const claimed = (attempt: number, more = {}): StepState => ({
  ...tries,
  attempt,
  phase: "claimed",
  due: 1_000,
  deadline: 2_000,
  lease: "lease",
  ...more,
});
const ready = (due: number, more = {}): StepState => ({
  ...tries,
  phase: "ready",
  due,
  queueBy: null,
  ...more,
});
const waiting = (wait: Wait): StepState => ({ ...tries, phase: "waiting", due: 1_000, wait });
const held = (because: "paused" | "exhausted" | "human", more = {}): StepState => ({
  ...tries,
  phase: "held",
  due: 1_000,
  because,
  message: "busy",
  ...more,
});
const failed = (attempt: number, message: string, certain: boolean, choice = 0): StepState => ({
  phase: "failed",
  attempt,
  choice,
  message,
  certain,
});

describe("a ready step", () => {
  it("is claimed when it is due, with a lease and a deadline", () => {
    expect(moveStep(readyStep(5, STEP), CLAIM, at(5))).toEqual({
      ...tries,
      phase: "claimed",
      due: 1_005,
      firstAt: 5,
      deadline: 2_005,
      lease: "lease",
    });
  });

  it("is not claimed before it is due", () => {
    const early = readyStep(5, STEP);
    expect(moveStep(early, CLAIM, at(4))).toBe(early);
  });

  it("fails instead of beginning an attempt for which no time is left", () => {
    const late = ready(0, { message: "busy", certain: false });
    expect(moveStep(late, CLAIM, at(10_000))).toEqual(failed(1, "busy", false));
  });

  it("fails when nobody could begin it in time, but not once it has begun", () => {
    const timeout = { queueMs: 500 };
    const queued = readyStep(0, { timeout });
    const expired: StepEvent = { type: "expired", message: "unused" };
    const tooLong = failed(0, "The step waited too long for its first attempt", true);
    expect(moveStep(queued, expired, at(499))).toBe(queued);
    expect(moveStep(queued, expired, at(500))).toEqual(tooLong);
    expect(moveStep(queued, CLAIM, at(500))).toEqual(tooLong);
    const again = ready(0, { queueBy: 500 });
    expect(moveStep(again, expired, at(500))).toBe(again);
  });

  it("is looked at later when it was put off, also for the time that it queues", () => {
    const queued = readyStep(0, { timeout: { queueMs: 500 } });
    expect(moveStep(queued, { type: "postponed", due: 5_000 }, at(500))).toMatchObject({
      due: 5_000,
      queueBy: 5_000,
    });
  });
});

describe("a claimed step", () => {
  it.each<[string, StepEvent, number, StepState]>([
    [
      "completes",
      { type: "completed", output: "1" },
      1,
      { phase: "completed", attempt: 1, choice: 0, output: "1" },
    ],
    [
      "fails at once when trying again cannot help",
      { type: "failed", message: "no" },
      1,
      failed(1, "no", true),
    ],
    [
      "waits half of the ceiling when the dice say so",
      { type: "retried", message: "busy" },
      2,
      ready(575, { attempt: 2, message: "busy", certain: false }),
    ],
    [
      "waits at least as long as it was told to",
      { type: "retried", message: "busy", afterMs: 700 },
      1,
      ready(1_200, { message: "busy", certain: false }),
    ],
    [
      "fails when its attempts are used up",
      { type: "retried", message: "busy" },
      3,
      failed(3, "busy", false),
    ],
    [
      "fails when it would have to wait beyond its time",
      { type: "retried", message: "busy", afterMs: 9_500 },
      1,
      failed(1, "busy", false),
    ],
    [
      "gives back an attempt that a deploy took away",
      { type: "released", message: "reset" },
      3,
      ready(575, { attempt: 2, message: "reset", certain: false }),
    ],
    [
      "is tried again when its lease runs out",
      { type: "expired", message: "lost" },
      1,
      ready(550, { message: "lost", certain: false }),
    ],
    [
      "is lost when its last lease runs out",
      { type: "expired", message: "lost" },
      3,
      failed(3, "lost", false),
    ],
    [
      "is cancelled, and may have had its effect",
      { type: "cancelled" },
      2,
      { phase: "cancelled", attempt: 2, certain: false },
    ],
  ])("%s", (_name, event, attempt, expected) => {
    expect(moveStep(claimed(attempt), event, at(500))).toEqual(expected);
  });

  it("renews its lease up to its deadline and not beyond", () => {
    const renewed: StepEvent = { type: "renewed", leaseMs: 1_000 };
    expect(moveStep(claimed(1), renewed, at(500))).toMatchObject({ due: 1_500 });
    expect(moveStep(claimed(1), renewed, at(1_900))).toMatchObject({ due: 2_000 });
  });

  it("is not claimed a second time", () => {
    const state = claimed(1);
    expect(moveStep(state, { ...CLAIM, lease: "other" }, at(5_000))).toBe(state);
  });

  it("is given up when isolates keep dying at it, and forgiven when one lives to report", () => {
    const struck = moveStep(claimed(1, { strikes: 2 }), { type: "orphaned" }, at(700));
    expect(struck).toMatchObject({ strikes: 3, due: 700 });
    const expired: StepEvent = { type: "expired", message: "lost" };
    expect(moveStep(struck, expired, at(700))).toMatchObject({
      phase: "failed",
      message: expect.stringContaining("died 3 times"),
      certain: false,
    });
    const reported = moveStep(struck, { type: "retried", message: "busy" }, at(700));
    expect(reported).toMatchObject({ phase: "ready", strikes: 0 });
  });

  it("stays uncertain after an attempt that may have had an effect, whatever the next one says", () => {
    const lost = moveStep(claimed(1), { type: "expired", message: "lost" }, at(0));
    const second = moveStep(lost, CLAIM, at(1_000));
    expect(moveStep(second, { type: "failed", message: "no" }, at(1_100))).toEqual(
      failed(2, "no", false),
    );
  });
});

describe("a step whose work has failed for good", () => {
  const fallback = [{ use: "other@1", timeout: { queueMs: 100 } }];
  const no: StepEvent = { type: "failed", message: "no" };

  it("is done in other ways, one after the other, with fresh tries", () => {
    const second = moveStep(claimed(3, { certain: false }), no, at(500, { fallback }));
    expect(second).toEqual({
      ...readyStep(500, {}, 1),
      message: "no",
      certain: false,
      queueBy: 600,
    });
    const third = moveStep(moveStep(second, CLAIM, at(550)), no, at(560, { fallback }));
    expect(third).toEqual(failed(1, "no", false, 1));
  });

  it.each([
    ["pause", "exhausted", PAUSED_MS_MAX],
    ["human", "human", HUMAN_MS_MAX],
  ] as const)("holds its run when that is to %s", (onExhausted, because, ms) => {
    expect(moveStep(claimed(1), no, at(500, { onExhausted }))).toEqual(
      held(because, { due: 500 + ms, message: "no" }),
    );
  });

  it.each(["exhausted", "human"] as const)("has fresh tries when it goes on (%s)", (because) => {
    const state = held(because, { attempt: 3, choice: 1, certain: false });
    expect(moveStep(state, { type: "resumed" }, at(900))).toEqual({
      ...readyStep(900, STEP),
      certain: false,
    });
  });

  it.each<[StepEvent, StepState]>([
    [{ type: "failed", message: "no" }, failed(1, "no", true)],
    [{ type: "expired", message: "late" }, failed(1, "late", true)],
    [
      { type: "completed", output: "7" },
      { phase: "completed", attempt: 1, choice: 0, output: "7" },
    ],
    [{ type: "cancelled" }, { phase: "cancelled", attempt: 1, certain: true }],
  ])("ends by $type", (event, expected) => {
    expect(moveStep(held("human"), event, at(1_000))).toEqual(expected);
  });
});

describe("a pause", () => {
  it("holds what is ready, and does not count as time that the step took", () => {
    const paused = moveStep(ready(700, { firstAt: 100 }), { type: "held" }, at(500));
    expect(paused).toMatchObject({ phase: "held", because: "paused", due: 500 + PAUSED_MS_MAX });
    const resumed = moveStep(paused, { type: "resumed" }, at(20_500));
    expect(resumed).toEqual(ready(20_500, { firstAt: 20_100 }));
    expect(moveStep(resumed, CLAIM, at(20_500))).toMatchObject({ phase: "claimed", attempt: 2 });
  });

  it("leaves alone what is under way or waits", () => {
    const busy = claimed(1);
    const asleep = waiting({ for: "time" });
    expect(moveStep(busy, { type: "held" }, at(0))).toBe(busy);
    expect(moveStep(asleep, { type: "held" }, at(0))).toBe(asleep);
  });
});

describe("a waiting step", () => {
  it.each<[string, Wait, StepEvent, StepState]>([
    [
      "completes",
      { for: "time" },
      { type: "completed", output: "null" },
      { phase: "completed", attempt: 1, choice: 0, output: "null" },
    ],
    [
      "fails, surely without an effect",
      { for: "time" },
      { type: "expired", message: "late" },
      failed(1, "late", true),
    ],
    [
      "may have left something behind when it waited for a run",
      { for: "run", runId: "run/step" },
      { type: "failed", message: "no" },
      failed(1, "no", false),
    ],
    [
      "is cancelled",
      { for: "run", runId: "run/step" },
      { type: "cancelled" },
      { phase: "cancelled", attempt: 1, certain: false },
    ],
  ])("%s", (_name, wait, event, expected) => {
    expect(moveStep(waiting(wait), event, at(1_000))).toEqual(expected);
  });
});

describe("a step that has ended", () => {
  it("stays as it is, whatever happens", () => {
    const done: StepState = { phase: "completed", attempt: 1, choice: 0, output: "1" };
    expect(moveStep(done, { type: "failed", message: "late" }, at(0))).toBe(done);
    expect(moveStep(done, CLAIM, at(0))).toBe(done);
  });
});

describe("backoffMs", () => {
  it.each([
    [1, 0, 0],
    [1, 0.999, 199],
    [2, 0.5, 200],
    [6, 0.5, 2_500],
    [60, 0.999, 4_995],
  ])("after attempt %i with dice at %f is %i ms", (attempt, dice, expected) => {
    expect(backoffMs(RETRY_INTERACTIVE, attempt, () => dice)).toBe(expected);
  });

  it("never exceeds the cap", () => {
    expect(backoffMs(RETRY_BACKGROUND, 10_000, () => 1)).toBe(RETRY_BACKGROUND.capMs);
  });
});

describe("a lease", () => {
  it.each([
    ["run", "step"],
    ["file-1/vs_2", "a/b%c"],
    ["run/step[3]~1", "notify[3]~undo"],
    ["", ""],
    ["käse\n/", "schritt/ü"],
  ])("names run %j and step %j", (runId, step) => {
    expect(parseLease(formatLease("nonce", runId, step))).toEqual({ runId, step });
  });

  it.each(["", "nonce", "nonce/step", "nonce/%/run"])("is not %j", (text) => {
    expect(parseLease(text)).toBeNull();
  });
});
