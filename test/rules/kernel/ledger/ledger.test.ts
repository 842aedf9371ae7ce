import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Definition } from "../../../../src/kernel/rules/definition.ts";
import { isSettledStatus } from "../../../../src/kernel/rules/run/run-view.ts";
import { isLive } from "../../../../src/kernel/rules/step/step-state.ts";
import { plans } from "./definitions.ts";
import { COMMANDS, Driver, RUN } from "./driver.ts";
import { outcomeOf } from "./reference.ts";

const commands = fc.array(fc.record({ type: fc.constantFrom(...COMMANDS), pick: fc.nat(1_000) }), {
  maxLength: 40,
});

/** A run that has not settled has something that will happen, and the alarm is not later than that. */
function expectAlive(driver: Driver): void {
  expect(driver.sqlite.alarm).toBe(driver.firstDue());
  for (const runId of driver.runs()) {
    const isAlive = driver.records(runId).some(({ state }) => isLive(state));
    expect([runId, isAlive]).toEqual([runId, !isSettledStatus(driver.statusOf(runId))]);
  }
}

/** No step completes a second time unless the run was retried in between. */
function expectOnce(driver: Driver): void {
  for (const runId of driver.runs()) {
    const done = new Set<string | null>();
    for (const { type, step } of driver.events(runId)) {
      if (type === "run.retried") done.clear();
      if (type !== "step.completed") continue;
      expect([runId, step, done.has(step)]).toEqual([runId, step, false]);
      done.add(step);
    }
  }
}

/** Work is undone in the reverse order of its completion, once, and nothing is left out. */
function expectUndone(driver: Driver): void {
  for (const runId of driver.runs()) {
    const completed = new Map<string | null, number>();
    const undone: string[] = [];
    for (const { type, step, seq } of driver.events(runId)) {
      if (type === "run.retried") undone.length = 0;
      if (type === "step.completed") completed.set(step, seq);
      if (type === "step.undone" || type === "step.undo_failed") undone.push(step ?? "");
    }
    const order = undone.flatMap((step) => completed.get(step) ?? []);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    const { steps } = definitionOf(driver, runId);
    // A run that a step started is undone as a whole, and tested here by itself.
    const own = undone.filter((step) => steps[baseOf(step)]?.undo);
    expect([runId, ...own.toSorted()]).toEqual([runId, ...toUndo(driver, runId).toSorted()]);
  }
}

/** Rows whose work is or may be done, of a run that is undone. */
function toUndo(driver: Driver, runId: string): string[] {
  if (!isUndone(driver, runId)) return [];
  const { steps } = definitionOf(driver, runId);
  return driver.records(runId).flatMap(({ step, state }) => {
    const definition = steps[baseOf(step)];
    const isDone =
      state.phase === "completed" ||
      ((state.phase === "failed" || state.phase === "cancelled") && !state.certain);
    const isWhole = baseOf(step) === step && definition?.map !== undefined;
    return definition?.undo && isDone && !isWhole && !step.endsWith("~undo") ? [step] : [];
  });
}

function isUndone(driver: Driver, runId: string): boolean {
  const run = driver.run(runId);
  if (run?.status === "failed" || run?.status === "cancelled") return true;
  if (!run || run.parentRun === null) return false;
  const { steps } = definitionOf(driver, run.parentRun);
  const hasOwn = steps[baseOf(run.parentStep ?? "")]?.undo !== undefined;
  return !hasOwn && isUndone(driver, run.parentRun);
}

function definitionOf(driver: Driver, runId: string): Definition {
  const [body = "{}"] = driver.sqlite.texts(
    "SELECT body FROM kernel_definition d JOIN kernel_run r ON d.id = r.definition_id WHERE r.id = ?",
    runId,
  );
  return JSON.parse(body);
}

const baseOf = (step: string) => step.replace(/\[\d+\]$/, "");

describe("a run under any commands", () => {
  it(
    "is never stranded, completes nothing twice, undoes the last first, and ends like the reference",
    { timeout: 600_000 },
    () => {
      fc.assert(
        fc.property(plans, commands, (plan, list) => {
          const driver = new Driver(plan);
          expectAlive(driver);
          for (const command of list) {
            driver.do(command);
            expectAlive(driver);
          }
          expect(driver.drive()).toBe(true);
          expectAlive(driver);
          expectOnce(driver);

          const expected = outcomeOf(plan);
          const { status } = driver;
          expect(isSettledStatus(status) && status).toBe(
            driver.isCancelled ? "cancelled" : expected.status,
          );
          const phases = driver
            .records(RUN)
            .filter(({ step }) => expected.phases.has(step))
            .map(({ step, state }) => [step, state.phase]);
          const isCutShort = status !== "completed";
          const allowed = phases.filter(
            ([step = "", phase = ""]) =>
              phase === expected.phases.get(step) ||
              (isCutShort && (phase === "cancelled" || phase === "pending")),
          );
          expect(phases).toEqual(allowed);
          expectUndone(driver);
        }),
        { numRuns: Number(process.env["MODEL_RUNS"] ?? 200) },
      );
    },
  );
});
