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

/** The time at which the fake clock begins. It is later than any real clock, so that no alarm fires by itself. */
export const START = Date.parse("2031-03-01T00:00:30Z");

/** Simulated runs: the starts that objects requested, in order, and the open runs. */
type FakeRuns = {
  readonly asked: ScheduledRun[];
  /** Each run that exists, with its tick. */
  readonly made: Map<RunId, number>;
  readonly open: Set<RunId>;
};

/**
 * Replaces the runs of schedules and the clock by fakes until the test ends. Returns the fake runs, the clock, and a
 * function that lists the ticks of all started runs.
 */
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
 * Makes the next start of a run wait until the test releases it. Both sides poll: a promise that one side resolves
 * would continue the other in the wrong request context, and workerd crashes when it aborts an object whose context the
 * test runs in.
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

/** Creates a schedule in a new project by calling its object directly. */
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

/** Returns a stub of a schedule's Durable Object, for tests that read its storage. */
export const openScheduleStub = (scope: Scope, id: ScheduleId) =>
  addressObject(env.SCHEDULES, scope, objectName(scope, id));

/** Returns the time of the object's alarm, in milliseconds of the fake clock. */
export const readAlarm = (stub: ReturnType<typeof openScheduleStub>) =>
  runInDurableObject(stub, (_object, { storage }) => storage.getAlarm());
