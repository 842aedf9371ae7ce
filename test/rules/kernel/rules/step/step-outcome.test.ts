import { describe, expect, it } from "vitest";

import {
  FatalStepError,
  RetryLaterError,
  type StepOutcome,
} from "../../../../../src/kernel/rules/step-handler.ts";
import {
  interpretError,
  interpretOutcome,
  OUTPUT_BYTES_MAX,
  showValue,
} from "../../../../../src/kernel/rules/step/step-outcome.ts";
import type { StepEvent } from "../../../../../src/kernel/rules/step/step-state.ts";

const circular: Record<string, unknown> = {};
circular["self"] = circular;

describe("interpretOutcome", () => {
  it.each<[string, StepOutcome, Partial<StepEvent>]>([
    [
      "stores an output as JSON",
      { kind: "completed", output: { chunks: 2 } },
      { type: "completed", output: '{"chunks":2}' },
    ],
    [
      "stores no output as null",
      { kind: "completed", output: undefined },
      { type: "completed", output: "null" },
    ],
    [
      "fails a step whose output is no JSON",
      { kind: "completed", output: circular },
      { type: "failed" },
    ],
    [
      "stores what JSON has no word for as null",
      { kind: "completed", output: () => 1 },
      { type: "completed", output: "null" },
    ],
    [
      "fails a step whose output would not fit into a row",
      { kind: "completed", output: "x".repeat(OUTPUT_BYTES_MAX) },
      { type: "failed" },
    ],
    [
      "counts bytes and not characters",
      { kind: "completed", output: "ü".repeat(OUTPUT_BYTES_MAX / 2) },
      {
        type: "failed",
        message:
          "The step's output has 950002 bytes, more than the maximum of 950000. Store large data elsewhere and return a reference to it",
      },
    ],
    [
      "stores an output that just fits",
      { kind: "completed", output: "x".repeat(OUTPUT_BYTES_MAX - 2) },
      { type: "completed" },
    ],
    [
      "cuts a reason that is a whole page",
      { kind: "failed", message: "x".repeat(5_000_000) },
      { type: "failed", message: `${"x".repeat(2_000)}…` },
    ],
    [
      "passes on how long to wait",
      { kind: "retry", message: "busy", afterMs: 5 },
      { type: "retried", message: "busy", afterMs: 5 },
    ],
    [
      "does not count an attempt that found a service away",
      { kind: "released", message: "away", afterMs: 5 },
      { type: "released", message: "away", afterMs: 5 },
    ],
  ])("%s", (_name, outcome, event) => {
    expect(interpretOutcome(outcome)).toMatchObject(event);
  });
});

describe("interpretError", () => {
  it.each<[string, unknown, StepEvent]>([
    ["retries after an error", new Error("busy"), { type: "retried", message: "busy" }],
    ["retries after any thrown value", "busy", { type: "retried", message: "busy" }],
    ["fails on a fatal error", new FatalStepError("no"), { type: "failed", message: "no" }],
    [
      "comes back after the delay of a retry-later error",
      new RetryLaterError("busy", 5_000),
      { type: "retried", message: "busy", afterMs: 5_000 },
    ],
    [
      "does not count what a deploy took away",
      new Error("Durable Object reset because its code was updated."),
      { type: "released", message: "Durable Object reset because its code was updated." },
    ],
  ])("%s", (_name, error, event) => {
    expect(interpretError(error)).toEqual(event);
  });
});

describe("showValue", () => {
  it.each<[unknown, string]>([
    [{ a: 1 }, '{"a":1}'],
    [undefined, "undefined"],
    [1n, "1"],
    ["x".repeat(200), `"${"x".repeat(79)}`],
  ])("shows %s", (value, words) => {
    expect(showValue(value)).toBe(words);
  });
});
