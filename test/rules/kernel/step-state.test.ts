import { describe, expect, it } from "vitest";

import { RETRY_BACKGROUND, RETRY_INTERACTIVE } from "../../../src/kernel/definition.ts";
import { backoffMs } from "../../../src/kernel/step/backoff.ts";
import { formatLease, parseLease } from "../../../src/kernel/step/lease.ts";
import {
  moveStep,
  readyStep,
  type StepEvent,
  type StepState,
} from "../../../src/kernel/step/step-state.ts";

const RETRY = { attemptsMax: 3, baseMs: 100, capMs: 150, totalMs: 10_000 };
const at = (now: number, random = 0.5) => ({
  now,
  random: () => random,
  definition: { retry: RETRY, timeoutMs: 2_000 },
});
const CLAIM: StepEvent = { type: "claimed", lease: "lease", leaseMs: 1_000 };
const claimed = (attempt: number): StepState => ({
  phase: "claimed",
  due: 1_000,
  attempt,
  firstAt: 0,
  deadline: 2_000,
  lease: "lease",
  message: null,
});

describe("a ready step", () => {
  it("is claimed when it is due, with a lease and a deadline", () => {
    expect(moveStep(readyStep(5), CLAIM, at(5))).toEqual({
      phase: "claimed",
      due: 1_005,
      attempt: 1,
      firstAt: 5,
      deadline: 2_005,
      lease: "lease",
      message: null,
    });
  });

  it("is not claimed before it is due", () => {
    const waiting = readyStep(5);
    expect(moveStep(waiting, CLAIM, at(4))).toBe(waiting);
  });

  it("fails instead of beginning an attempt for which no time is left", () => {
    const late: StepState = { phase: "ready", due: 0, attempt: 1, firstAt: 0, message: "busy" };
    expect(moveStep(late, CLAIM, at(10_000))).toEqual({
      phase: "failed",
      attempt: 1,
      message: "busy",
    });
  });
});

describe("a claimed step", () => {
  it.each<[string, StepEvent, number, StepState]>([
    [
      "completes",
      { type: "completed", output: "1" },
      1,
      { phase: "completed", attempt: 1, output: "1" },
    ],
    [
      "fails at once when trying again cannot help",
      { type: "failed", message: "no" },
      1,
      { phase: "failed", attempt: 1, message: "no" },
    ],
    [
      "waits half of the ceiling when the dice say so",
      { type: "retried", message: "busy" },
      2,
      { phase: "ready", due: 575, attempt: 2, firstAt: 0, message: "busy" },
    ],
    [
      "waits at least as long as it was told to",
      { type: "retried", message: "busy", afterMs: 700 },
      1,
      { phase: "ready", due: 1_200, attempt: 1, firstAt: 0, message: "busy" },
    ],
    [
      "fails when its attempts are used up",
      { type: "retried", message: "busy" },
      3,
      { phase: "failed", attempt: 3, message: "busy" },
    ],
    [
      "fails when it would have to wait beyond its time",
      { type: "retried", message: "busy", afterMs: 9_500 },
      1,
      { phase: "failed", attempt: 1, message: "busy" },
    ],
    [
      "gives back an attempt that a deploy took away",
      { type: "released", message: "reset" },
      3,
      { phase: "ready", due: 575, attempt: 2, firstAt: 0, message: "reset" },
    ],
    [
      "is tried again when its lease runs out",
      { type: "expired" },
      1,
      { phase: "ready", due: 550, attempt: 1, firstAt: 0, message: "lost" },
    ],
    [
      "is lost when its last lease runs out",
      { type: "expired" },
      3,
      { phase: "failed", attempt: 3, message: "lost" },
    ],
    ["is cancelled", { type: "cancelled" }, 2, { phase: "cancelled", attempt: 2 }],
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
});

describe("a settled step", () => {
  it("stays as it is, whatever happens", () => {
    const done: StepState = { phase: "completed", attempt: 1, output: "1" };
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
    ["", ""],
    ["käse\n/", "schritt/ü"],
  ])("names run %j and step %j", (runId, step) => {
    expect(parseLease(formatLease("nonce", runId, step))).toEqual({ runId, step });
  });

  it.each(["", "nonce", "nonce/step", "nonce/%/run"])("is not %j", (text) => {
    expect(parseLease(text)).toBeNull();
  });
});
