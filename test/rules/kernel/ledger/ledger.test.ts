import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Definition } from "../../../../src/kernel/rules/definition.ts";
import { isSettledStatus } from "../../../../src/kernel/rules/run/run-view.ts";
import { isLive } from "../../../../src/kernel/rules/step/step-state.ts";
import { plans } from "./definitions.ts";
import { COMMANDS, Driver, RUN } from "./driver.ts";
import { predictOutcome } from "./reference.ts";

const commands = fc.array(fc.record({ type: fc.constantFrom(...COMMANDS), pick: fc.nat(1_000) }), {
  maxLength: 40,
});

/** Every run that has not settled has a live step, and the alarm is set to the first due time. */
function expectAlive(driver: Driver): void {
  expect(driver.sqlite.alarm).toBe(driver.stored.firstDue());
  for (const runId of driver.stored.ids()) {
    const isAlive = driver.stored.records(runId).some(({ state }) => isLive(state));
    expect([runId, isAlive]).toEqual([runId, !isSettledStatus(driver.stored.status(runId))]);
  }
}

/** No step completes a second time unless the run was retried in between. */
function expectOnce(driver: Driver): void {
  for (const runId of driver.stored.ids()) {
    const done = new Set<string | null>();
    for (const { type, step } of driver.stored.events(runId)) {
      if (type === "run.retried") done.clear();
      if (type !== "step.completed") continue;
      expect([runId, step, done.has(step)]).toEqual([runId, step, false]);
      done.add(step);
    }
  }
}

/** All work is undone, once, in the reverse order of its completion. */
function expectUndone(driver: Driver): void {
  for (const runId of driver.stored.ids()) {
    const completed = new Map<string | null, number>();
    const undone: string[] = [];
    for (const { type, step, seq } of driver.stored.events(runId)) {
      if (type === "run.retried") undone.length = 0;
      if (type === "step.completed") completed.set(step, seq);
      if (type === "step.undone" || type === "step.undo_failed") undone.push(step ?? "");
    }
    const order = undone.flatMap((step) => completed.get(step) ?? []);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    const { steps } = readDefinition(driver, runId);
    // A run that a step started is undone as a whole, and tested here by itself.
    const own = undone.filter((step) => steps[stripIndex(step)]?.undo);
    expect([runId, ...own.toSorted()]).toEqual([runId, ...toUndo(driver, runId).toSorted()]);
  }
}

/** Lists the rows of an undone run whose work is done or may be done. */
function toUndo(driver: Driver, runId: string): string[] {
  if (!isUndone(driver, runId)) return [];
  const { steps } = readDefinition(driver, runId);
  return driver.stored.records(runId).flatMap(({ step, state }) => {
    const definition = steps[stripIndex(step)];
    const isDone =
      state.phase === "completed" ||
      ((state.phase === "failed" || state.phase === "cancelled") && !state.certain);
    const isWhole = stripIndex(step) === step && definition?.map !== undefined;
    return definition?.undo && isDone && !isWhole && !step.endsWith("~undo") ? [step] : [];
  });
}

function isUndone(driver: Driver, runId: string): boolean {
  const run = driver.stored.run(runId);
  if (run?.status === "failed" || run?.status === "cancelled") return true;
  if (!run || run.parentRun === null) return false;
  const { steps } = readDefinition(driver, run.parentRun);
  const hasOwn = steps[stripIndex(run.parentStep ?? "")]?.undo !== undefined;
  return !hasOwn && isUndone(driver, run.parentRun);
}

function readDefinition(driver: Driver, runId: string): Definition {
  const [body = "{}"] = driver.sqlite.texts(
    "SELECT body FROM kernel_definition d JOIN kernel_run r ON d.id = r.definition_id WHERE r.id = ?",
    runId,
  );
  return JSON.parse(body);
}

const stripIndex = (step: string) => step.replace(/\[\d+\]$/, "");

describe("a run under any commands", () => {
  it(
    "is never stranded, completes no step twice, undoes in reverse order, and ends like the reference",
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

          const expected = predictOutcome(plan);
          const { status } = driver;
          expect(isSettledStatus(status) && status).toBe(
            driver.isCancelled ? "cancelled" : expected.status,
          );
          const phases = driver.stored
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
