import { describe, expect, it } from "vitest";

import type { RunCallbacks } from "../../../../src/kernel/ledger/run-store.ts";
import { findStep, makeParts, readLease, startSteps } from "./parts.ts";

const HANDLERS = { "work@1": { kind: "local", run: async () => null } } as const;

/** A kernel's parts with a run of one claimed step. */
function begin(callbacks: RunCallbacks = {}) {
  const parts = makeParts(HANDLERS, undefined, callbacks);
  parts.claims.beginRound();
  startSteps(parts, ["work@1"]);
  parts.claims.endRound();
  const written = (): number => Number(parts.sqlite.rows("SELECT total_changes() AS n")[0]?.["n"]);
  const stored = (query: string) => parts.sqlite.texts(query);
  return { ...parts, parts, written, stored, lease: readLease(parts, "s0") };
}

const DONE = { type: "completed", output: "null" } as const;
const EVENTS = "SELECT type FROM kernel_event ORDER BY seq";

describe("rows of a transaction", () => {
  it("are written once, at its end", () => {
    const { parts, transactions, ledger, written, lease } = begin();
    const before = written();
    transactions.run(() => {
      for (let times = 0; times < 3; times++) ledger.report(lease, { type: "renewed", leaseMs: 9 });
      expect(written()).toBe(before);
    });
    expect(written()).toBe(before + 1);
    expect(findStep(parts, "s0").state).toMatchObject({ phase: "claimed", due: 1_009 });
  });

  it("are not written of a run that settles and is erased", () => {
    const { transactions, ledger, storage, stored, written, lease } = begin({
      onRunSettled: ({ id }) => transactions.join(() => ledger.forget(id)),
    });
    const before = written();
    const kept = stored(EVENTS).length;
    transactions.run(() => ledger.report(lease, DONE));
    // The row of the run, that of its step, and the events of before.
    expect(written()).toBe(before + 2 + kept);
    expect(stored("SELECT id FROM kernel_run")).toEqual([]);
    expect(stored("SELECT step FROM kernel_step")).toEqual([]);
    expect(stored(EVENTS)).toEqual([]);
    expect(storage.steps.find("run", "s0")).toBeUndefined();
  });

  it("are read before they are written", () => {
    const { parts, transactions, ledger, storage, lease } = begin();
    transactions.run(() => {
      ledger.report(lease, DONE);
      expect(findStep(parts, "s0").state.phase).toBe("completed");
      expect(storage.steps.phase("run", "s0")).toBe("completed");
      expect(storage.run("run")?.status).toBe("completed");
      expect(storage.lastEvent("run")?.open).toBe(0);
      expect(storage.events("run", 0, 10).map(({ type }) => type)).toContain("run.completed");
      expect(storage.steps.all("run").map(({ state }) => state.phase)).toEqual(["completed"]);
    });
  });

  it("are written although a later part is rolled back, without those of the part", () => {
    const { parts, transactions, ledger, stored, lease } = begin();
    transactions.run(() => {
      ledger.report(lease, { type: "renewed", leaseMs: 9 });
      const completeAndThrow = () => {
        ledger.report(lease, DONE);
        throw new Error("rolled back");
      };
      expect(() => transactions.runPart(completeAndThrow)).toThrow("rolled back");
      expect(findStep(parts, "s0").state.phase).toBe("claimed");
    });
    expect(findStep(parts, "s0").state).toMatchObject({ phase: "claimed", due: 1_009 });
    expect(stored("SELECT status FROM kernel_run")).toEqual(["running"]);
    expect(stored(EVENTS)).not.toContain("step.completed");
  });

  it("are forgotten when it is rolled back", () => {
    const { parts, transactions, ledger, storage, stored, lease } = begin();
    const before = stored(EVENTS);
    const completeAndThrow = () => {
      ledger.report(lease, DONE);
      throw new Error("rolled back");
    };
    expect(() => transactions.run(completeAndThrow)).toThrow("rolled back");
    expect(findStep(parts, "s0").state.phase).toBe("claimed");
    expect(storage.lastEvent("run")?.open).toBe(1);
    transactions.run(() => ledger.pause("run"));
    expect(stored(EVENTS)).toEqual([...before, "run.paused"]);
  });
});
