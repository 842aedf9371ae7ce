import { describe, expect, it } from "vitest";

import type { StepDefinition } from "../../../../../src/kernel/rules/definition.ts";
import {
  admitSignal,
  parseDecision,
  mayAwait,
  mayWantDecision,
  type Signal,
} from "../../../../../src/kernel/rules/run/signal.ts";

const signal = (more: Partial<Signal> = {}): Signal => ({
  id: "1",
  name: "approval",
  payload: null,
  actor: "ann",
  reason: "fine",
  event: 5,
  ...more,
});
const wait = { requires: ["actor", "reason"], event: 5 };

describe("admitSignal", () => {
  it.each<[string, Partial<Signal>, string]>([
    ["a decision about the requesting event", {}, "ok"],
    ["a decision about a later event", { event: 7 }, "ok"],
    ["a signal without an event", { event: null }, "ok"],
    ["a decision about an earlier event", { event: 4 }, "signal_stale"],
    ["a decision about a future event", { event: 8 }, "signal_stale"],
    ["a decision without an actor", { actor: null }, "signal_incomplete"],
    ["a decision without a reason", { reason: "" }, "signal_incomplete"],
  ])("accepts or refuses %s", (_name, more, expected) => {
    const admitted = admitSignal(wait, signal(more), 7);
    expect(admitted.ok ? "ok" : admitted.error.code).toBe(expected);
  });

  it("requires only the declared fields", () => {
    const admitted = admitSignal({ requires: [], event: 5 }, signal({ actor: null }), 7);
    expect(admitted.ok).toBe(true);
  });
});

const waits = (name: string): StepDefinition => ({ use: "signal@1", with: { name } });

describe("mayAwait", () => {
  it.each<[string, StepDefinition, boolean]>([
    ["a step that waits for it", waits("approval"), true],
    ["a step that waits for another signal", waits("payment"), false],
    ["a step whose signal name is an expression", waits("approval-${item}"), true],
    ["a step that falls back to waiting", { use: "http@1", fallback: [waits("approval")] }, true],
    ["a step that does other work", { use: "http@1", with: { name: "approval" } }, false],
    ["a step without `with`", { use: "signal@1" }, false],
  ])("%s: %j", (_name, definition, expected) => {
    expect(mayAwait(definition, "approval")).toBe(expected);
  });
});

describe("mayWantDecision", () => {
  it("accepts the name of the step or of one of its items", () => {
    const human: StepDefinition = { use: "http@1", onExhausted: "human" };
    expect(mayWantDecision(human, "charge", "charge")).toBe(true);
    expect(mayWantDecision(human, "charge", "charge[3]")).toBe(true);
    expect(mayWantDecision(human, "charge", "other")).toBe(false);
    expect(mayWantDecision({ use: "http@1" }, "charge", "charge")).toBe(false);
  });
});

describe("parseDecision", () => {
  it.each<[unknown, ReturnType<typeof parseDecision>]>([
    [{ action: "retry" }, { action: "retry" }],
    [{ action: "fail" }, { action: "fail" }],
    [
      { action: "skip", output: 3 },
      { action: "skip", output: 3 },
    ],
    [{ action: "skip" }, { action: "skip", output: null }],
    [{ action: "explode" }, null],
    ["retry", null],
    [null, null],
  ])("reads %j", (payload, decision) => {
    expect(parseDecision(payload)).toEqual(decision);
  });
});
