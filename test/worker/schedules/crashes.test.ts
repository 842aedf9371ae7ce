import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { addressSchedule } from "../../../src/platform/objects.ts";
import { scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import type { ScheduleInit } from "../../../src/workflow/schedule/schedule-types.ts";
import { createProject } from "../project.ts";
import { readAlarm, fakeRuns, HOUR, START, openScheduleStub } from "./schedule.ts";

const hour = (number: number) => Math.floor(START / HOUR) * HOUR + number * HOUR;

type Interruption = (point: string) => void;

/** Restored after each test, since files share one workerd and its modules. */
const real = { ...scheduledRuns };

/** Calls `reach` before and after every call that a schedule makes outside its own storage. */
function watchCalls(reach: Interruption): void {
  const around = <Args extends unknown[], Value>(
    name: string,
    call: (...args: Args) => Promise<Value>,
  ) =>
    async function (this: unknown, ...args: Args): Promise<Value> {
      reach(`before ${name}`);
      const value = await call.apply(this, args);
      reach(`after ${name}`);
      return value;
    };
  scheduledRuns.start = around("start", scheduledRuns.start);
  scheduledRuns.isOpen = around("isOpen", scheduledRuns.isOpen);
  const statement: D1PreparedStatement = Object.getPrototypeOf(env.CATALOG.prepare("SELECT 1"));
  // oxlint-disable-next-line typescript/unbound-method -- `around` calls it on the statement
  const { run } = statement;
  vi.spyOn(statement, "run").mockImplementation(around("summary", run));
}

/**
 * Runs through a schedule's whole life, with a failure at the call of number `failing`: created, three ticks of
 * which two wait, a triggered run, deleted. Every request is repeated until it succeeds, as clients do.
 */
async function liveThrough(
  failing: number,
  interrupt: (state: DurableObjectState, point: string) => void,
) {
  const { runs, clock, ticks } = fakeRuns();
  const { scope } = await createProject();
  const id = newId("sched_");
  const init: ScheduleInit = {
    id,
    scope,
    workflow: "report",
    input: null,
    cron: "0 * * * *",
    timeZone: "UTC",
    catchUp: "all",
    overlap: "queue",
    isPaused: false,
    metadata: {},
  };
  const get = () => addressSchedule(env, scope, id);
  const stub = () => openScheduleStub(scope, id);
  let reached = 0;
  let failedAt: string | null = null;
  let current: DurableObjectState | null = null;
  const reach = (point: string) => {
    if (!current || ++reached !== failing) return;
    failedAt = point;
    interrupt(current, point);
  };
  watchCalls(reach);
  const persist = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await runInDurableObject(stub(), (_object, state) => {
          if (state !== current) watchSync(state, reach);
          current = state;
        });
        return await call();
      } catch (error) {
        if (attempt > 2) throw error;
      }
    }
  };

  await persist(() => get().create(init));
  clock.now = hour(2);
  // A periodic check wakes the object; nothing else restarts it here.
  const wake = () => persist(() => runDurableObjectAlarm(stub()));
  for (let round = 0; round < 30 && runs.made.size < 3; round++) {
    await wake();
    if (runs.made.size > 1) runs.open.clear();
    clock.now = Math.max(clock.now + 15_000, (await readAlarm(stub())) ?? 0);
    if (runs.made.size === 2) clock.now = Math.max(clock.now, hour(3));
    if (runs.made.size === 1) runs.open.clear();
  }
  const triggered = await persist(() => get().trigger("once"));
  for (let round = 0; round < 5 && runs.made.size < 4; round++) {
    clock.now += 60_000;
    await wake();
  }
  const ticksMade = ticks().slice(0, 3);
  const view = await persist(() => get().read());
  await persist(() => get().remove());
  for (let round = 0; round < 3; round++) {
    clock.now += 60_000;
    await persist(() => runDurableObjectAlarm(stub()));
  }
  current = null;
  const left = await runInDurableObject(stub(), (_object, { storage }) =>
    storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schedule'").toArray(),
  );
  const listed = await env.CATALOG.prepare(
    "SELECT is_deleted AS isDeleted FROM schedule WHERE id = ?",
  )
    .bind(id)
    .first("isDeleted");
  vi.restoreAllMocks();
  return {
    reached,
    failedAt,
    end: {
      ticks: ticksMade,
      made: runs.made.size,
      triggered: triggered.ok && [...runs.made.keys()].indexOf(triggered.value.runId),
      skipped: view.ok && view.value.skipped,
      left,
      listed,
    },
  };
}

function watchSync(state: DurableObjectState, reach: Interruption): void {
  const { storage } = state;
  const sync = storage.sync.bind(storage);
  Object.defineProperty(storage, "sync", {
    configurable: true,
    value: async () => {
      reach("before sync");
      await sync();
      reach("after sync");
    },
  });
}

const WHOLE = {
  ticks: [1, 2, 3].map(hour),
  made: 4,
  triggered: 3,
  skipped: 0,
  left: [],
  listed: 1,
};

afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(scheduledRuns, real);
});

describe("a schedule, at any call during which a failure happens,", () => {
  it("neither loses nor duplicates a run when its object dies", async ({ expect }) => {
    const { reached, end } = await liveThrough(0, () => {});
    expect(end).toEqual(WHOLE);
    expect(reached).toBeGreaterThan(25);
    const points = new Set<string | null>();
    for (let failing = 1; failing <= reached; failing++) {
      const life = await liveThrough(failing, (state, point) => {
        state.abort(`A test crashes this object: ${point}`);
      });
      points.add(life.failedAt);
      expect({ failing, at: life.failedAt, ...life.end }).toEqual({
        failing,
        at: life.failedAt,
        ...WHOLE,
      });
    }
    expect(points).toEqual(
      new Set(
        ["start", "isOpen", "summary", "sync"].flatMap((name) => [
          `after ${name}`,
          `before ${name}`,
        ]),
      ),
    );
  }, 120_000);

  it("neither loses nor duplicates a run when the call fails", async ({ expect }) => {
    const { reached } = await liveThrough(0, () => {});
    for (let failing = 1; failing <= reached; failing++) {
      const life = await liveThrough(failing, (_state, point) => {
        throw new Error(`${point}: Network connection lost.`);
      });
      expect({ failing, at: life.failedAt, ...life.end }).toEqual({
        failing,
        at: life.failedAt,
        ...WHOLE,
      });
    }
  }, 120_000);
});
