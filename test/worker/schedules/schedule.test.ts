import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import { err } from "../../../src/result.ts";
import { scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import { deriveTickRunId } from "../../../src/workflow/schedule/run-of-tick.ts";
import { readAlarm, createSchedule, fakeRuns, HOUR, MINUTE, START } from "./schedule.ts";

/** Returns the time a number of whole hours after the start. */
const hour = (number: number) => Math.floor(START / HOUR) * HOUR + number * HOUR;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a schedule", () => {
  it("starts a run at its tick, and wakes for the next one", async ({ expect }) => {
    const { runs, clock } = fakeRuns();
    const { id, read, scope, wake, stub } = await createSchedule();
    expect(await readAlarm(stub())).toBe(hour(1));

    clock.now = hour(1);
    expect(await wake()).toBe(true);

    const runId = await deriveTickRunId(id, hour(1));
    expect(runId).toMatch(/^run_[0-9a-z]{24}$/);
    expect(runs.asked).toEqual([
      {
        workflow: "report",
        input: { of: "sales" },
        runId,
        scheduleId: id,
        tick: hour(1),
      },
    ]);
    expect(vi.mocked(scheduledRuns.start).mock.calls[0]?.[1]).toEqual(scope);
    expect(await read()).toMatchObject({
      nextAt: hour(2),
      lastAt: hour(1),
      lastRunId: runId,
      skipped: 0,
      nextTimes: [2, 3, 4, 5, 6].map(hour),
    });
    expect(await readAlarm(stub())).toBe(hour(2));
  });

  it("does nothing when it wakes early or twice", async ({ expect }) => {
    const { runs, clock } = fakeRuns();
    const { wake } = await createSchedule();
    await wake();
    expect(runs.asked).toEqual([]);
    clock.now = hour(1);
    await wake();
    await wake();
    await wake();
    expect(runs.asked).toHaveLength(1);
  });

  it("keeps its state over an eviction", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { read, wake, stub } = await createSchedule();
    clock.now = hour(1);
    await wake();
    const before = await read();
    await evictDurableObject(stub());
    expect(await read()).toEqual(before);
    expect(await readAlarm(stub())).toBe(hour(2));
    clock.now = hour(2);
    await wake();
    expect(ticks()).toEqual([hour(1), hour(2)]);
  });

  it("wakes again when its alarm was lost", async ({ expect }) => {
    fakeRuns();
    const { read, stub } = await createSchedule();
    await read();
    await runInDurableObject(stub(), (_object, { storage }) => storage.deleteAlarm());
    expect(await readAlarm(stub())).toBeNull();
    await evictDurableObject(stub());
    expect(await readAlarm(stub())).toBe(hour(1));
  });

  it("starts each local time once when clocks change", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    clock.now = Date.parse("2031-03-29T12:00:00Z");
    const { wake, stub } = await createSchedule({ cron: "30 2 * * *", timeZone: "Europe/Berlin" });
    for (let days = 0; days < 3; days++) {
      clock.now = (await readAlarm(stub())) ?? clock.now;
      await wake();
    }
    expect(ticks().map((tick) => new Date(tick).toISOString().slice(0, 16))).toEqual([
      "2031-03-30T01:00",
      "2031-03-31T00:30",
      "2031-04-01T00:30",
    ]);
  });
});

describe("ticks that were missed", () => {
  it.for([
    ["all", [1, 2, 3], 0],
    ["latest", [3], 2],
    ["skip", [], 3],
  ] as const)("are caught up as `%s` says", async ([catchUp, started, skipped], { expect }) => {
    const { clock, ticks } = fakeRuns();
    const { read, wake } = await createSchedule({ catchUp });
    clock.now = hour(3) + 30 * MINUTE;
    await wake();
    expect(ticks()).toEqual(started.map(hour));
    expect(await read()).toMatchObject({ skipped, nextAt: hour(4) });
  });

  it("are bounded", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { read, wake } = await createSchedule();
    clock.now = hour(150);
    await wake();
    expect(ticks()).toEqual(Array.from({ length: 100 }, (_, index) => hour(51 + index)));
    expect(await read()).toMatchObject({ skipped: 50 });
  });

  it("are caught up after a pause, during which nothing starts", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { get, read, wake, stub } = await createSchedule();
    await get().update({ isPaused: true });
    expect(await readAlarm(stub())).toBeNull();
    clock.now = hour(2) + MINUTE;
    await wake();
    expect(ticks()).toEqual([]);
    expect(await read()).toMatchObject({ isPaused: true, nextAt: null });
    await get().update({ isPaused: false });
    await wake();
    expect(ticks()).toEqual([hour(1), hour(2)]);
  });
});

describe("a tick that comes while the last run is open", () => {
  it("starts in parallel under `allow`", async ({ expect }) => {
    const { clock, ticks, runs } = fakeRuns();
    const { wake } = await createSchedule({ overlap: "allow" });
    for (const now of [1, 2, 3].map(hour)) {
      clock.now = now;
      await wake();
    }
    expect(ticks()).toEqual([1, 2, 3].map(hour));
    expect(runs.open.size).toBe(3);
  });

  it("is counted under `skip`, and the next one starts when the run has ended", async ({
    expect,
  }) => {
    const { clock, ticks, runs } = fakeRuns();
    const { read, wake } = await createSchedule({ overlap: "skip" });
    for (const now of [1, 2, 3].map(hour)) {
      clock.now = now;
      await wake();
    }
    expect(ticks()).toEqual([hour(1)]);
    expect(await read()).toMatchObject({ skipped: 2, nextAt: hour(4) });
    runs.open.clear();
    clock.now = hour(4);
    await wake();
    expect(ticks()).toEqual([hour(1), hour(4)]);
  });

  it("waits under `queue`, is checked again, and starts in its turn", async ({ expect }) => {
    const { clock, ticks, runs } = fakeRuns();
    const { read, wake, stub } = await createSchedule({ overlap: "queue" });
    for (const now of [1, 2, 3].map(hour)) {
      clock.now = now;
      await wake();
    }
    expect(ticks()).toEqual([hour(1)]);
    expect(await read()).toMatchObject({ waiting: 2, skipped: 0 });
    expect(await readAlarm(stub())).toBe(hour(3) + 15_000);

    clock.now += 15_000;
    await wake();
    expect(ticks()).toEqual([hour(1)]);
    runs.open.clear();
    clock.now += 15_000;
    await wake();
    expect(ticks()).toEqual([hour(1), hour(2)]);
    expect(await read()).toMatchObject({ waiting: 1 });
  });

  it("starts as soon as the run reports its end", async ({ expect }) => {
    const { clock, ticks, runs } = fakeRuns();
    const { id, get, read, wake, stub } = await createSchedule({ overlap: "queue" });
    clock.now = hour(1);
    await wake();
    clock.now = hour(2);
    await wake();
    clock.now += 1_000;
    const runId = await deriveTickRunId(id, hour(1));
    runs.open.delete(runId);
    await get().runSettled(runId);
    expect(await readAlarm(stub())).toBe(clock.now);
    await wake();
    expect(ticks()).toEqual([hour(1), hour(2)]);
    expect(await read()).toMatchObject({ waiting: 0 });
  });

  it("stays undecided while the state of the run is unknown", async ({ expect }) => {
    const { clock, ticks, runs } = fakeRuns();
    const { read, wake, stub } = await createSchedule({ overlap: "skip" });
    clock.now = hour(1);
    await wake();
    vi.mocked(scheduledRuns.isOpen).mockRejectedValueOnce(new Error("Network connection lost."));
    clock.now = hour(2);
    await wake();
    expect(await read()).toMatchObject({
      skipped: 0,
      lastError: { message: expect.stringContaining("Network connection lost.") },
    });
    expect(await readAlarm(stub())).toBe(hour(2) + 15_000);
    runs.open.clear();
    clock.now += 15_000;
    await wake();
    expect(ticks()).toEqual([hour(1), hour(2)]);
    expect(await read()).toMatchObject({ lastError: null });
  });
});

describe("a start", () => {
  it("that fails is retried until it succeeds, as the same run", async ({ expect }) => {
    const { clock, runs } = fakeRuns();
    const { read, wake, stub } = await createSchedule();
    const starts = vi.mocked(scheduledRuns.start);
    starts.mockRejectedValueOnce(new Error("The object is overloaded."));
    starts.mockResolvedValueOnce(err({ code: "service_unavailable", message: "Not now." }));
    clock.now = hour(1);
    await wake();
    expect(runs.asked).toEqual([]);
    expect(await read()).toMatchObject({
      lastAt: null,
      lastError: {
        message: expect.stringContaining("The object is overloaded."),
        at: hour(1) / 1000,
      },
    });
    while (runs.asked.length === 0) {
      const due = (await readAlarm(stub())) ?? 0;
      expect(due).toBeGreaterThan(clock.now);
      expect(due).toBeLessThan(hour(1) + 10_000);
      clock.now = due;
      await wake();
    }
    const ids = starts.mock.calls.map(([, , { runId }]) => runId);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(await read()).toMatchObject({ lastAt: hour(1), lastError: null, skipped: 0 });
  });

  it("that is refused permanently is reported, and the schedule continues", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { read, wake } = await createSchedule();
    const gone = { code: "not_found", message: "No workflow found with id 'report'." } as const;
    vi.mocked(scheduledRuns.start).mockResolvedValueOnce(err(gone));
    clock.now = hour(1);
    await wake();
    expect(await read()).toMatchObject({
      skipped: 1,
      nextAt: hour(2),
      lastError: { message: expect.stringMatching(/is not retried: No workflow found/) },
    });
    clock.now = hour(2);
    await wake();
    expect(ticks()).toEqual([hour(2)]);
    expect(await read()).toMatchObject({ lastError: null });
  });

  it("that fails for a day is given up", async ({ expect }) => {
    const { clock, runs } = fakeRuns();
    const { read, wake } = await createSchedule({ cron: "0 0 1 1 *" });
    vi.mocked(scheduledRuns.start).mockRejectedValue(new Error("Broken."));
    clock.now = (await read()).nextAt ?? 0;
    await wake();
    clock.now += 23 * HOUR;
    await wake();
    expect(await read()).toMatchObject({ skipped: 0 });
    clock.now += HOUR;
    await wake();
    expect(await read()).toMatchObject({
      skipped: 1,
      lastError: { message: expect.stringContaining("is not retried") },
    });
    await wake();
    expect(vi.mocked(scheduledRuns.start)).toHaveBeenCalledTimes(3);
    expect(runs.asked).toEqual([]);
  });
});
