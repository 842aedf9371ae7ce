import { describe, expect, it } from "vitest";

import { moveStep } from "../../../../../src/kernel/rules/step/move-step.ts";
import {
  readyStep,
  type StepEvent,
  type StepState,
} from "../../../../../src/kernel/rules/step/step-state.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MESSAGE = "The provider refuses or drops connections.";

/** The definition of the step that indexes a file, with the defaults of time limits and retries. */
const STEP = { use: "ingest.file@1", timeout: { attemptMs: 10 * 60_000 } };

type Outage = {
  /** The time at which the service is back, in milliseconds since the step began. */
  readonly backAt: number;
  /** How long an attempt takes to fail, and the delay that the service asks for, in milliseconds. */
  readonly failsAfterMs: number;
  readonly afterMs: number;
  readonly random: () => number;
};

/** Lets a step live through an outage. Returns its last state, the time of it, and the number of its attempts. */
function outlast({ backAt, failsAfterMs, afterMs, random }: Outage) {
  let now = 0;
  let attempts = 0;
  let state: StepState = readyStep(0, STEP);
  const move = (from: StepState, event: StepEvent): StepState =>
    moveStep(from, event, { now, random, definition: STEP, strikesMax: 5 });
  while (state.phase === "ready") {
    now = Math.max(now, state.due);
    state = move(state, { type: "claimed", lease: `lease-${attempts}`, leaseMs: 75_000 });
    attempts++;
    const isBack = now >= backAt;
    if (!isBack) now += failsAfterMs;
    state = move(
      state,
      isBack
        ? { type: "completed", output: "null" }
        : { type: "released", message: MESSAGE, afterMs },
    );
  }
  return { state, now, attempts };
}

/** A generator of random numbers that repeats itself for a seed. */
function seeded(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 16_807) % 2_147_483_647;
    return value / 2_147_483_647;
  };
}

const kinds = [
  ["refuses connections", 5, 0],
  ["is silent until the time limit of a call", 45_000, 0],
  ["asks for two minutes", 200, 120_000],
  ["asks for a whole day", 200, DAY_MS],
] as const;

describe.each(kinds)("a step whose service %s", (_name, failsAfterMs, afterMs) => {
  it("fails after a day of it, with the reason, and not before", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seeded(seed);
      const { state, now, attempts } = outlast({ backAt: Infinity, failsAfterMs, afterMs, random });
      expect(state).toMatchObject({ phase: "failed", message: expect.stringContaining(MESSAGE) });
      expect(now).toBeGreaterThanOrEqual(DAY_MS - 60_000);
      expect(now).toBeLessThanOrEqual(DAY_MS + 60_000);
      expect(attempts).toBeLessThan(260);
    }
  });

  it("completes whenever the service comes back within the day", () => {
    const slowestMs = Math.max(10 * 60_000, afterMs) + failsAfterMs;
    for (let seed = 1; seed <= 50; seed++) {
      const random = seeded(seed);
      const backAt = 1 + random() * (DAY_MS - 120_000);
      const { state, now } = outlast({ backAt, failsAfterMs, afterMs, random });
      expect({ seed, phase: state.phase }).toEqual({ seed, phase: "completed" });
      expect(now - backAt).toBeLessThanOrEqual(slowestMs);
    }
  });
});
