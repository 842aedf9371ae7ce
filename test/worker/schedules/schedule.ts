import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import { ticksOfIsolate } from "../../../durable-objects/schedule/tick-window.ts";
import { newId, type RunId, type ScheduleId } from "../../../src/ids.ts";
import { objectName, type Scope } from "../../../src/knowledge/scope.ts";
import { systemClock } from "../../../src/platform/models/clock.ts";
import { addressObject, addressSchedule } from "../../../src/platform/objects.ts";
import { ok } from "../../../src/result.ts";
import { type ScheduledRun, scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import type { ScheduleSettings } from "../../../src/workflow/schedule/schedule-types.ts";
import { createProject } from "../project.ts";

/** A minute, in milliseconds. */
export const MINUTE = 60_000;
/** An hour, in milliseconds. */
export const HOUR = 60 * MINUTE;

/** Later than any real clock, so that no alarm fires on its own. */
export const START = Date.parse("2031-03-01T00:00:30Z");

/** Simulated runs: the starts that objects requested, in order, and the open runs. */
type FakeRuns = {
  readonly asked: ScheduledRun[];
  /** Each run that exists, with its tick. */
  readonly made: Map<RunId, number>;
  readonly open: Set<RunId>;
};

/** Replaces runs and the clock until the test ends. */
export function fakeRuns() {
  const runs: FakeRuns = { asked: [], made: new Map(), open: new Set() };
  const clock = { now: START };
  vi.spyOn(systemClock, "now").mockImplementation(() => clock.now);
  // All tests share one isolate, in which they tick often, and in which objects die that had a slot.
  vi.spyOn(ticksOfIsolate, "run").mockImplementation((work) => work());
  vi.spyOn(ticksOfIsolate, "jitterMs").mockReturnValue(0);
  vi.spyOn(scheduledRuns, "start").mockImplementation(async (_env, _scope, run) => {
    runs.asked.push(run);
    if (!runs.made.has(run.runId)) runs.open.add(run.runId);
    runs.made.set(run.runId, run.tick);
    return ok(null);
  });
  vi.spyOn(scheduledRuns, "isOpen").mockImplementation(async (_env, _scope, id) =>
    runs.open.has(id),
  );
  return { runs, clock, ticks: () => [...runs.made.values()] };
}

/**
 * Holds the next start until it is released. Both sides poll: a promise that one side resolves would continue the
 * other in the wrong request context, and workerd dies when it aborts an object whose context the test runs in.
 */
export function holdStart() {
  const start = { isReached: false, isReleased: false };
  vi.mocked(scheduledRuns.start).mockImplementationOnce(async () => {
    start.isReached = true;
    while (!start.isReleased) await scheduler.wait(1);
    return ok(null);
  });
  return {
    reached: () => vi.waitUntil(() => start.isReached, { interval: 1 }),
    release: () => {
      start.isReleased = true;
    },
  };
}

/** Creates a schedule in its own project, called as the other parts of the service call it. */
export async function createSchedule(settings: Partial<ScheduleSettings> = {}) {
  const project = await createProject();
  const id = newId("sched_");
  const get = () => addressSchedule(env, project.scope, id);
  const created = await get().create({
    id,
    scope: project.scope,
    workflow: "report",
    input: { of: "sales" },
    cron: "0 * * * *",
    timeZone: "UTC",
    catchUp: "all",
    overlap: "allow",
    isPaused: false,
    metadata: {},
    ...settings,
  });
  if (!created.ok) throw new Error(created.error.message);
  const read = async () => {
    const view = await get().read();
    if (!view.ok) throw new Error(view.error.message);
    return view.value;
  };
  const stub = () => openScheduleStub(project.scope, id);
  return { ...project, id, get, stub, read, wake: () => runDurableObjectAlarm(stub()) };
}

/** The object itself, for tests that look inside. */
export const openScheduleStub = (scope: Scope, id: ScheduleId) =>
  addressObject(env.SCHEDULES, scope, objectName(scope, id));

/** Returns the time of the object's alarm, by its own clock. */
export const readAlarm = (stub: ReturnType<typeof openScheduleStub>) =>
  runInDurableObject(stub, (_object, { storage }) => storage.getAlarm());
