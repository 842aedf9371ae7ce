import { describe, expect, it } from "vitest";

import { formatLease, formatQueuedLease } from "../../../../../src/kernel/rules/step/lease.ts";
import { moveStep } from "../../../../../src/kernel/rules/step/move-step.ts";
import {
  readyStep,
  type StepEvent,
  type StepState,
} from "../../../../../src/kernel/rules/step/step-state.ts";
import { at, claimed, failed, ready } from "./states.ts";

const QUEUED = formatQueuedLease("nonce", "run", "step");
const OTHER = formatQueuedLease("other", "run", "step");
const WORKER = formatLease("nonce", "run", "step");

const TAKEN: StepEvent = { type: "taken", lease: WORKER, leaseMs: 500 };
const EXPIRED: StepEvent = { type: "expired", message: "lost" };

const DAY_MS = 86_400_000;

/** Makes the state of a step that was sent at 0 and that no worker has taken; it may wait until `deadline`. */
const sent = (more = {}): StepState => claimed(1, { lease: QUEUED, deadline: DAY_MS, ...more });

describe("a step that is sent to workers", () => {
  it("has a day for a worker to take it, whatever its own time limits are", () => {
    const claim = { type: "claimed", lease: QUEUED, leaseMs: 5_000 } as const;

    expect(moveStep(ready(0, { attempt: 0, firstAt: null }), claim, at(0))).toEqual(
      sent({ due: 5_000 }),
    );
  });

  it("begins its attempt and its time when a worker takes it", () => {
    expect(moveStep(sent(), TAKEN, at(50_000))).toEqual(
      claimed(1, { lease: WORKER, firstAt: 50_000, due: 50_500, deadline: 52_000, strikes: 1 }),
    );
  });

  it("has only the rest of its time for further attempts", () => {
    const again = claimed(2, { lease: QUEUED, deadline: 10_000 });

    expect(moveStep(again, TAKEN, at(9_900))).toMatchObject({ firstAt: 0, deadline: 10_000 });
    const over = "The step ran out of time before its next attempt";
    expect(moveStep(again, EXPIRED, at(10_000))).toEqual(failed(2, over, "no effect"));
  });

  it("is not taken when its time is over", () => {
    const state = sent();
    expect(moveStep(state, TAKEN, at(DAY_MS))).toBe(state);
  });

  it("is sent again without counting an attempt when no worker takes it", () => {
    let state = sent();
    for (let time = 1_000_000; time < DAY_MS; time += 1_000_000) {
      state = moveStep(state, EXPIRED, at(time));
      expect(state).toEqual(ready(time, { attempt: 0 }));
      const claim = { type: "claimed", lease: OTHER, leaseMs: 1_000_000 } as const;
      state = moveStep(state, claim, at(time));
      expect(state).toMatchObject({ phase: "claimed", attempt: 1, firstAt: 0, deadline: DAY_MS });
    }
    const over = "The step waited too long for its first attempt";
    expect(moveStep(state, EXPIRED, at(DAY_MS))).toEqual(failed(1, over, "no effect"));
  });

  it("counts an attempt when its worker dies", () => {
    const taken = moveStep(sent(), TAKEN, at(4_000));
    expect(moveStep(taken, EXPIRED, at(4_500))).toMatchObject({
      phase: "ready",
      attempt: 1,
      certain: false,
    });
  });

  it("keeps its queue timeout, and fails without an effect when that is over", () => {
    const timeout = { queueMs: 3_000, attemptMs: 2_000, totalMs: 10_000 };
    const claim = { type: "claimed", lease: QUEUED, leaseMs: 1_000 } as const;
    const queued = moveStep(readyStep(0, { timeout }), claim, at(0, { timeout }));
    expect(queued).toMatchObject({ due: 1_000, deadline: 3_000 });
    const again = moveStep(queued, EXPIRED, at(1_000, { timeout }));
    expect(again).toEqual(ready(1_000, { attempt: 0, queueBy: 3_000 }));

    expect(moveStep(queued, EXPIRED, at(3_000, { timeout }))).toEqual(
      failed(1, "The step waited too long for its first attempt", "no effect"),
    );
  });

  it("certainly had no effect if it is cancelled before a worker takes it", () => {
    const cancel: StepEvent = { type: "cancelled" };
    expect(moveStep(sent(), cancel, at(1))).toMatchObject({ phase: "cancelled", certain: true });
    const taken = moveStep(sent(), TAKEN, at(1));
    expect(moveStep(taken, cancel, at(2))).toMatchObject({ phase: "cancelled", certain: false });
    const repeated = sent({ certain: false });
    expect(moveStep(repeated, cancel, at(2))).toMatchObject({ certain: false });
  });
});
