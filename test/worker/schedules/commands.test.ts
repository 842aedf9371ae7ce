import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import { logger } from "../../../src/platform/logger.ts";
import { err } from "../../../src/result.ts";
import { scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import { readAlarm, createSchedule, fakeRuns, holdStart, HOUR, MINUTE, START } from "./schedule.ts";

/** Returns the time a number of whole hours after the start. */
const hour = (number: number) => Math.floor(START / HOUR) * HOUR + number * HOUR;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a triggered run", () => {
  it("starts at once, paused or not, and once for each key", async ({ expect }) => {
    const { runs } = fakeRuns();
    const { get, read } = await createSchedule({ isPaused: true });
    const first = await get().trigger("a");
    const again = await get().trigger("a");
    const other = await get().trigger("b");
    expect(first).toMatchObject({ ok: true, value: { isReplayed: false } });
    expect(again).toEqual({ ok: true, value: { ...(first.ok && first.value), isReplayed: true } });
    expect(other).not.toEqual(first);
    expect(runs.made.size).toBe(2);
    expect(runs.asked).toHaveLength(2);
    expect(await read()).toMatchObject({ lastAt: START, skipped: 0 });
  });

  it("delays ticks that must not overlap with it", async ({ expect }) => {
    const { clock, runs } = fakeRuns();
    const { get, read, wake } = await createSchedule({ overlap: "skip" });
    await get().trigger("a");
    clock.now = hour(1);
    await wake();
    expect(runs.made.size).toBe(1);
    expect(await read()).toMatchObject({ skipped: 1 });
  });

  it("is refused with a reason, and may be triggered again", async ({ expect }) => {
    const { runs } = fakeRuns();
    const { get, read } = await createSchedule();
    const gone = { code: "not_found", message: "No workflow found with id 'report'." } as const;
    vi.mocked(scheduledRuns.start).mockResolvedValueOnce(err(gone));
    expect(await get().trigger("a")).toEqual({ ok: false, error: gone });
    expect(await read()).toMatchObject({ skipped: 0 });
    expect(await get().trigger("a")).toMatchObject({ ok: true });
    expect(runs.made.size).toBe(1);
  });

  it("is not started a second time while the first attempt runs", async ({ expect }) => {
    fakeRuns();
    const { get, wake } = await createSchedule();
    const held = holdStart();
    const asking = get().trigger("a");
    await held.reached();
    await wake();
    expect(scheduledRuns.start).toHaveBeenCalledTimes(1);
    held.release();
    expect(await asking).toMatchObject({ ok: true });
  });

  it("is started later when it cannot start now", async ({ expect }) => {
    const { clock, runs } = fakeRuns();
    const { get, wake } = await createSchedule();
    vi.mocked(scheduledRuns.start).mockRejectedValueOnce(new Error("Network connection lost."));
    const asked = await get().trigger("a");
    expect(runs.made.size).toBe(0);
    clock.now += 10_000;
    await wake();
    await wake();
    expect([...runs.made.keys()]).toEqual([asked.ok && asked.value.runId]);
  });
});

describe("a change", () => {
  it("of the times counts from now", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { get, read, wake } = await createSchedule();
    clock.now = hour(1);
    await wake();
    clock.now = hour(1) + 10 * MINUTE;
    await get().update({ cron: "*/30 * * * *" });
    expect(await read()).toMatchObject({ nextAt: hour(1) + 30 * MINUTE });
    await get().update({ timeZone: "Asia/Kolkata", cron: "0 0 * * *" });
    expect((await read()).nextAt).toBe(Date.parse("2031-03-01T18:30:00Z"));
    expect(ticks()).toEqual([hour(1)]);
  });

  it("never repeats a tick, also when the clock is behind", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { get, read, wake, stub } = await createSchedule({ cron: "0 * * * *" });
    clock.now = hour(1);
    await wake();
    clock.now = hour(1) - 5;
    await get().update({ cron: "0 1,2 * * *" });
    expect(await read()).toMatchObject({ nextAt: hour(2) });
    clock.now = hour(1) + 1;
    await wake();
    expect(ticks()).toEqual([hour(1)]);
    expect(await readAlarm(stub())).toBe(hour(2));
  });

  it("of the overlap drops waiting ticks", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { get, wake } = await createSchedule({ overlap: "queue" });
    for (const now of [1, 2, 3].map(hour)) {
      clock.now = now;
      await wake();
    }
    await get().update({ overlap: "allow" });
    await wake();
    expect(ticks()).toEqual([1, 2, 3].map(hour));
  });

  it("that is wrong changes nothing", async ({ expect }) => {
    fakeRuns();
    const { get, read } = await createSchedule();
    const before = await read();
    expect(await get().update({ cron: "nope", workflow: "other" })).toMatchObject({
      ok: false,
      error: { param: "cron" },
    });
    expect(await read()).toEqual(before);
  });
});

describe("a schedule that is deleted", () => {
  it("leaves no data and starts nothing", async ({ expect }) => {
    const { clock, runs } = fakeRuns();
    const { get, wake, stub } = await createSchedule();
    expect(await get().remove()).toEqual({ ok: true, value: null });
    expect(await get().remove()).toMatchObject({ ok: false, error: { code: "not_found" } });
    clock.now = hour(2);
    expect(await wake()).toBe(false);
    const left = await runInDurableObject(stub(), (_object, { storage }) =>
      storage.sql
        .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray(),
    );
    expect(left).toEqual([]);
    expect(runs.asked).toEqual([]);
  });

  it("forgets a start that is in progress", async ({ expect }) => {
    const { clock } = fakeRuns();
    const failed = vi.spyOn(logger, "failed");
    const { get, wake, stub } = await createSchedule();
    const held = holdStart();
    clock.now = hour(1);
    const waking = wake();
    await held.reached();
    await get().remove();
    held.release();
    await waking;
    expect(failed).not.toHaveBeenCalled();
    expect(await get().read()).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await readAlarm(stub())).toBeNull();
  });
});
