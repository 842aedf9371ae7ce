import { describe, expect, it } from "vitest";

import { moveStep } from "../../../../../src/kernel/rules/step/move-step.ts";
import {
  HUMAN_MS_MAX,
  PAUSED_MS_MAX,
  readyStep,
  type StepEvent,
  type StepState,
  type Wait,
} from "../../../../../src/kernel/rules/step/step-state.ts";
import { at, CLAIM, claimed, failed, held, ready, STEP, tries, waiting } from "./states.ts";

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
    const message =
      "The step ran out of time before its next attempt. The last attempt failed: busy";
    expect(moveStep(late, CLAIM, at(10_000))).toEqual(failed(1, message, "maybe an effect"));
  });

  it("fails when it waits too long for its first attempt, but not after that", () => {
    const timeout = { queueMs: 500 };
    const queued = readyStep(0, { timeout });
    const expired: StepEvent = { type: "expired", message: "unused" };
    const tooLong = failed(0, "The step waited too long for its first attempt", "no effect");
    expect(moveStep(queued, expired, at(499))).toBe(queued);
    expect(moveStep(queued, expired, at(500))).toEqual(tooLong);
    expect(moveStep(queued, CLAIM, at(500))).toEqual(tooLong);
    const again = ready(0, { queueBy: 500 });
    expect(moveStep(again, expired, at(500))).toBe(again);
  });

  it("is due later after a postponement, and its queue timeout moves too", () => {
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
      "fails at once after a fatal error",
      { type: "failed", message: "no" },
      1,
      failed(1, "no", "no effect"),
    ],
    [
      "waits a random share of the ceiling",
      { type: "retried", message: "busy" },
      2,
      ready(575, { attempt: 2, message: "busy", certain: false }),
    ],
    [
      "waits at least `afterMs`",
      { type: "retried", message: "busy", afterMs: 700 },
      1,
      ready(1_200, { message: "busy", certain: false }),
    ],
    [
      "fails when its attempts are used up",
      { type: "retried", message: "busy" },
      3,
      failed(3, "busy", "maybe an effect"),
    ],
    [
      "fails when it would have to wait beyond its time",
      { type: "retried", message: "busy", afterMs: 9_500 },
      1,
      failed(
        1,
        "The step ran out of time before its next attempt. The last attempt failed: busy",
        "maybe an effect",
      ),
    ],
    [
      "does not count an attempt that a deploy interrupted",
      { type: "released", message: "reset" },
      3,
      ready(575, { attempt: 2, message: "reset", certain: false }),
    ],
    [
      "does not count an attempt that found a service away, and waits a share of its time so far",
      { type: "released", message: "away", afterMs: 0 },
      3,
      ready(1_500, { attempt: 2, message: "away", certain: false }),
    ],
    [
      "waits as long as the service that was away asks for",
      { type: "released", message: "away", afterMs: 5_000 },
      3,
      ready(5_500, { attempt: 2, message: "away", certain: false }),
    ],
    [
      "fails when a service is away for longer than its time",
      { type: "released", message: "away", afterMs: 9_500 },
      1,
      failed(
        1,
        "The step ran out of time before its next attempt. The last attempt failed: away",
        "maybe an effect",
      ),
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
      failed(3, "lost", "maybe an effect"),
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

  it("fails after too many isolates died at it, and starts over when one reports", () => {
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

  it("stays uncertain after an attempt that may have had an effect, whatever the next attempt reports", () => {
    const lost = moveStep(claimed(1), { type: "expired", message: "lost" }, at(0));
    const second = moveStep(lost, CLAIM, at(1_000));
    expect(moveStep(second, { type: "failed", message: "no" }, at(1_100))).toEqual(
      failed(2, "no", "maybe an effect"),
    );
  });
});

describe("a step whose work has failed for good", () => {
  const fallback = [{ use: "other@1", timeout: { queueMs: 100 } }];
  const no: StepEvent = { type: "failed", message: "no" };

  it("tries its fallbacks in order, each with fresh attempts", () => {
    const second = moveStep(claimed(3, { certain: false }), no, at(500, { fallback }));
    expect(second).toEqual({
      ...readyStep(500, {}, 1),
      message: "no",
      certain: false,
      queueBy: 600,
    });
    const third = moveStep(moveStep(second, CLAIM, at(550)), no, at(560, { fallback }));
    expect(third).toEqual(failed(1, "no", "maybe an effect", 1));
  });

  it.each([
    ["pause", "exhausted", PAUSED_MS_MAX],
    ["human", "human", HUMAN_MS_MAX],
  ] as const)("holds its run when `onExhausted` is %s", (onExhausted, because, ms) => {
    expect(moveStep(claimed(1), no, at(500, { onExhausted }))).toEqual(
      held(because, { due: 500 + ms, message: "no" }),
    );
  });

  it.each(["exhausted", "human"] as const)(
    "has fresh attempts when it is resumed (%s)",
    (because) => {
      const state = held(because, { attempt: 3, choice: 1, certain: false });
      expect(moveStep(state, { type: "resumed" }, at(900))).toEqual({
        ...readyStep(900, STEP),
        certain: false,
      });
    },
  );

  it.each<[StepEvent, StepState]>([
    [{ type: "failed", message: "no" }, failed(1, "no", "no effect")],
    [{ type: "expired", message: "late" }, failed(1, "late", "no effect")],
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
  it("holds a ready step, and does not count as time that the step took", () => {
    const paused = moveStep(ready(700, { firstAt: 100 }), { type: "held" }, at(500));
    expect(paused).toMatchObject({ phase: "held", because: "paused", due: 500 + PAUSED_MS_MAX });
    const resumed = moveStep(paused, { type: "resumed" }, at(20_500));
    expect(resumed).toEqual(ready(20_500, { firstAt: 20_100 }));
    expect(moveStep(resumed, CLAIM, at(20_500))).toMatchObject({ phase: "claimed", attempt: 2 });
  });

  it("leaves claimed and waiting steps alone", () => {
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
      "fails, certainly without an effect",
      { for: "time" },
      { type: "expired", message: "late" },
      failed(1, "late", "no effect"),
    ],
    [
      "may have had an effect when it waited for a run",
      { for: "run", runId: "run/step" },
      { type: "failed", message: "no" },
      failed(1, "no", "maybe an effect"),
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
