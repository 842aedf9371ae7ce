import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { createProject } from "../project.ts";
import { createSchedule, fakeRuns, HOUR, MINUTE, START, readAlarm } from "../schedules/schedule.ts";
import { sweep } from "./index-rows.ts";

const NEXT_TICK = Math.ceil(START / HOUR) * HOUR;
const FIVE_MINUTES = 5 * MINUTE;

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => void vi.restoreAllMocks());

/** Reads when the sweep calls a schedule; null for never. */
const readPoke = async (id: string) =>
  await env.CATALOG.prepare("SELECT poke_at AS pokeAt FROM schedule WHERE id = ?")
    .bind(id)
    .first<number | null>("pokeAt");

/** Runs the cron trigger of the time of the fake clock. */
async function sweepAt(now: number): Promise<void> {
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
  await sweep();
  clock.mockRestore();
}

describe("the sweep of schedules", () => {
  it("starts the runs of a schedule that lost its alarm", async ({ expect }) => {
    const { clock, ticks } = fakeRuns();
    const { id, stub, wake } = await createSchedule();
    await runInDurableObject(stub(), (_object, { storage }) => storage.deleteAlarm());
    clock.now = NEXT_TICK + FIVE_MINUTES;

    await sweepAt(clock.now - 1);
    const early = await readAlarm(stub());
    await sweepAt(clock.now);
    const rearmed = await readAlarm(stub());
    await wake();

    expect(early).toBeNull();
    expect(rearmed).not.toBeNull();
    expect(ticks()).toEqual([NEXT_TICK]);
    expect(await readPoke(id)).toBe(NEXT_TICK + HOUR + FIVE_MINUTES);
  });

  it("calls no schedule whose alarm works", async ({ expect }) => {
    const { clock } = fakeRuns();
    const { id, wake } = await createSchedule();
    const first = await readPoke(id);
    clock.now = NEXT_TICK;
    await wake();

    expect(first).toBe(NEXT_TICK + FIVE_MINUTES);
    expect(await readPoke(id)).toBe(NEXT_TICK + HOUR + FIVE_MINUTES);
  });

  it("calls no schedule that is paused or deleted", async ({ expect }) => {
    fakeRuns();
    const paused = await createSchedule({ isPaused: true });
    const deleted = await createSchedule();
    await deleted.get().remove();

    expect(await readPoke(paused.id)).toBeNull();
    expect(await readPoke(deleted.id)).toBeNull();
  });

  it("calls each schedule of the build before once", async ({ expect }) => {
    const { clock } = fakeRuns();
    const { id, stub, wake } = await createSchedule();
    await runInDurableObject(stub(), (_object, { storage }) => storage.deleteAlarm());
    await env.CATALOG.prepare("UPDATE schedule SET poke_at = 0 WHERE id = ?").bind(id).run();

    await sweepAt(clock.now);
    await wake();

    expect(await readPoke(id)).toBe(NEXT_TICK + FIVE_MINUTES);
    expect(await readAlarm(stub())).toBe(NEXT_TICK);
  });

  it("forgets a schedule whose object does not exist", async ({ expect }) => {
    const { clock } = fakeRuns();
    const { scope } = await createProject();
    await env.CATALOG.prepare(
      `INSERT INTO schedule (id, project_id, is_deleted, version, as_of, body, poke_at)
       VALUES ('sched_none', ?, 0, 1, 1, '{}', 1)`,
    )
      .bind(scope.projectId)
      .run();

    await sweepAt(clock.now);

    expect(await readPoke("sched_none")).toBeNull();
  });
});
