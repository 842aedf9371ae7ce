import { describe, expect, it } from "vitest";

import type { StepHandlers } from "../../../../src/kernel/rules/step-handler.ts";
import { makeParts, startSteps } from "./parts.ts";

/** A handler that ends only by its signal. */
function listener() {
  const aborted: unknown[] = [];
  const handlers: StepHandlers = {
    "deaf@1": {
      kind: "local",
      run: ({ signal }) => {
        signal.addEventListener("abort", () => aborted.push(signal.reason));
        return new Promise(() => {});
      },
    },
  };
  return { handlers, aborted };
}

/** A kernel's parts with one running attempt. */
function begin() {
  const { handlers, aborted } = listener();
  const parts = makeParts(handlers);
  const claimed = parts.claims.beginRound();
  startSteps(parts, ["deaf@1"]);
  parts.claims.endRound();
  const [attempt] = claimed;
  if (!attempt) throw new Error("Nothing was claimed");
  return { ...parts, aborted, ended: parts.attempts.perform(attempt) };
}

describe("Transactions", () => {
  it("abort the attempts of cancelled steps after the commit, not before", async () => {
    const { transactions, ledger, aborted, ended } = begin();
    transactions.run(() => {
      ledger.cancel("run");
      expect(aborted).toEqual([]);
    });
    expect(aborted).toEqual([new Error("The step was cancelled")]);
    expect(await ended).toMatchObject({ type: "retried" });
  });

  it("abort nothing when they are rolled back, as a whole or in part", () => {
    const { transactions, ledger, aborted } = begin();
    const cancelAndThrow = () => {
      ledger.cancel("run");
      throw new Error("rolled back");
    };
    expect(() => transactions.run(cancelAndThrow)).toThrow("rolled back");
    transactions.run(() => {
      expect(() => transactions.runPart(cancelAndThrow)).toThrow("rolled back");
    });
    expect(aborted).toEqual([]);
  });

  it("set the alarm once, at the end of the outermost", () => {
    const dues: number[] = [];
    const parts = makeParts({}, () => dues.push(parts.sqlite.alarm ?? 0) && 700);
    parts.transactions.run(() => {
      startSteps(parts, ["deaf@1"]);
      startSteps(parts, ["deaf@1"], "other");
      expect(dues).toEqual([]);
    });
    expect(dues).toEqual([0]);
    expect(parts.sqlite.alarm).toBe(700);
  });

  it("set the alarm to the first due time, also of the object's own work", () => {
    const parts = makeParts({}, () => 700);
    startSteps(parts, ["deaf@1"]);
    expect(parts.sqlite.alarm).toBe(700);
    parts.transactions.postponeOther(6_000);
    parts.transactions.arm();
    expect(parts.sqlite.alarm).toBe(1_000);
  });
});
