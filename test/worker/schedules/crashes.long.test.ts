import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { addressSchedule } from "../../../src/platform/objects.ts";
import { PublicError } from "../../../src/public-error.ts";
import { scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import { deriveRunIdFromKey } from "../../../src/workflow/schedule/run-of-tick.ts";
import type { ScheduleInit } from "../../../src/workflow/schedule/schedule-types.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { createProject } from "../project.ts";
import { createSchedule, readAlarm, fakeRuns, HOUR, START, openScheduleStub } from "./schedule.ts";

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

describe("a start that ends the process", () => {
  it("is given up after five times, and the schedule continues", async ({ expect }) => {
    const { runs, clock } = fakeRuns();
    const { wake, stub, read } = await createSchedule({ overlap: "skip" });
    const healthy = scheduledRuns.start;
    let deaths = 0;
    let current: DurableObjectState | null = null;
    scheduledRuns.start = async () => {
      deaths++;
      current?.abort("A test crashes this object while it starts a run.");
      throw new Error("The object is dead.");
    };

    clock.now = hour(1) + 1_000;
    for (let round = 0; round < 12; round++) {
      await runInDurableObject(stub(), (_object, state) => {
        current = state;
      });
      await wake().catch(() => {});
      clock.now += 5_000;
    }

    expect(deaths).toBe(5);
    expect(await read()).toMatchObject({
      skipped: 1,
      lastRunId: null,
      lastError: {
        message: expect.stringMatching(
          /^The run for .* could not be started and is not retried: The service stopped 5 times while it started this run$/,
        ),
      },
    });

    scheduledRuns.start = healthy;
    clock.now = hour(2) + 1_000;
    await wake();
    expect(runs.made.size).toBe(1);
    expect(await read()).toMatchObject({ skipped: 1, lastError: null });
  });

  it("is not confused with one that fails", async ({ expect }) => {
    const { clock } = fakeRuns();
    const { wake, stub, read } = await createSchedule({ overlap: "skip" });
    scheduledRuns.start = () => Promise.reject(new PublicError("busy"));

    clock.now = hour(1) + 1_000;
    for (let round = 0; round < 9; round++) {
      await wake();
      clock.now = (await readAlarm(stub())) ?? clock.now;
    }

    expect(await read()).toMatchObject({
      skipped: 0,
      lastError: { message: expect.stringContaining("will be retried: busy") },
    });
  });
});

describe("a schedule of the build before", () => {
  it("keeps its start, which has no strikes yet", async ({ expect }) => {
    const { runs, clock } = fakeRuns();
    const { stub, wake, read } = await createSchedule({ overlap: "skip" });
    const key = "of-the-build-before";
    await runInDurableObject(stub(), (_object, { storage }) => {
      storage.sql.exec("ALTER TABLE start DROP COLUMN strikes");
      storage.sql.exec(forgetMigrations("0002_strikes"));
      storage.sql.exec(
        "INSERT INTO start (key, tick, phase, attempt, since, due) VALUES (?, ?, 'starting', 3, ?, ?)",
        key,
        hour(1),
        hour(1),
        hour(1),
      );
    });
    await evictDurableObject(stub());

    clock.now = hour(1) + 1_000;
    await wake();

    expect(runs.asked.map((run) => run.runId)).toContain(await deriveRunIdFromKey(key));
    expect((await read()).lastRunId).not.toBeNull();
  });
});
