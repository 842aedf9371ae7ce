import { describe, expect, it } from "vitest";

import type { StepHandlers } from "../../../../src/kernel/rules/step-handler.ts";
import { findStep, makeParts, readLease, startSteps } from "./parts.ts";

const HANDLERS: StepHandlers = {
  "pure@1": { kind: "local", pure: true, run: async () => null },
  "effect@1": { kind: "local", run: async () => null },
  "sent@1": { kind: "dispatched", inFlightMax: 2, leaseMs: 5_000, dispatch: async () => {} },
};

describe("Claims", () => {
  it("claims a step in the change that makes it ready, only during a round", () => {
    const before = makeParts(HANDLERS);
    startSteps(before, ["effect@1"]);
    expect(findStep(before, "s0").state.phase).toBe("ready");

    const parts = makeParts(HANDLERS);
    const claimed = parts.claims.beginRound();
    startSteps(parts, ["effect@1", "sent@1"]);
    parts.claims.endRound();
    expect(claimed.map(({ step }) => step)).toEqual(["s0", "s1"]);
    expect(findStep(parts, "s0").state.phase).toBe("claimed");
    expect(findStep(parts, "s1").state.phase).toBe("claimed");
  });

  it("claims dispatched steps up to the capacity, and none while others wait or go out", () => {
    const parts = makeParts(HANDLERS);
    startSteps(parts, ["sent@1"]);
    const waiting = parts.claims.beginRound();
    startSteps(parts, ["sent@1"], "late");
    parts.claims.endRound();
    expect(waiting).toEqual([]);

    const other = makeParts(HANDLERS);
    const claimed = other.claims.beginRound();
    startSteps(other, ["sent@1", "sent@1", "sent@1"]);
    other.claims.endRound();
    expect(claimed.map(({ step }) => step)).toEqual(["s0", "s1"]);
    other.attempts.announceDispatch(claimed);
    const next = other.claims.beginRound();
    startSteps(other, ["sent@1"], "late");
    expect(next).toEqual([]);
  });

  it("claims at most a hundred dispatched steps in a round", () => {
    const parts = makeParts({
      "sent@1": { kind: "dispatched", inFlightMax: 200, leaseMs: 9, dispatch: async () => {} },
    });
    const claimed = parts.claims.beginRound();
    startSteps(
      parts,
      Array.from({ length: 120 }, () => "sent@1"),
    );
    expect(claimed).toHaveLength(100);
  });

  it("claims local steps up to the capacity", () => {
    const parts = makeParts(HANDLERS);
    const claimed = parts.claims.beginRound();
    startSteps(
      parts,
      Array.from({ length: 10 }, () => "pure@1"),
    );
    expect(claimed.length).toBe(8);
    expect(parts.claims.countFree("pure@1")).toBe(0);
  });

  it("removes a claim when its transaction is rolled back", () => {
    const parts = makeParts(HANDLERS);
    const claimed = parts.claims.beginRound();
    startSteps(parts, ["pure@1"]);
    const kept = parts.claims.count();
    const lease = readLease(parts, "s0");
    expect([kept, parts.attempts.has(lease)]).toEqual([1, true]);
    parts.claims.rollBack(0);
    expect([claimed.length, parts.attempts.has(lease)]).toEqual([0, false]);
    expect(parts.claims.countFree("pure@1")).toBe(8);
  });

  it("counts dispatched steps by their rows, and has no capacity during a dispatch", () => {
    const parts = makeParts(HANDLERS);
    startSteps(parts, ["sent@1"]);
    const claimed = parts.claims.beginRound();
    parts.transactions.run(() => {
      const record = findStep(parts, "s0");
      const state = parts.ledger.apply(record, parts.claims.newClaim(record, "sent@1"));
      const run = parts.runs.find("run");
      if (run && state.phase === "claimed") parts.claims.add(run, { ...record, state }, "sent@1");
    });
    parts.claims.endRound();
    expect(parts.claims.countFree("sent@1")).toBe(1);
    parts.attempts.announceDispatch(claimed);
    expect(parts.claims.countFree("sent@1")).toBe(0);
    parts.attempts.endDispatch("sent@1");
    expect(parts.claims.countFree("sent@1")).toBe(1);
  });
});
