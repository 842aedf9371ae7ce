import { afterEach, describe, it, vi } from "vitest";

import { ticksOfIsolate } from "../../../durable-objects/schedule/tick-window.ts";
import { createSchedule, fakeRuns, HOUR, readAlarm, START } from "./schedule.ts";

/** The first whole hour, at which the schedule ticks. */
const TICK = Math.ceil(START / HOUR) * HOUR;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("ticks of many schedules", () => {
  it("are handled in the window of the isolate, each at a place of its own", async ({ expect }) => {
    const { runs, clock } = fakeRuns();
    vi.spyOn(ticksOfIsolate, "jitterMs").mockReturnValue(7_000);
    const { wake, stub } = await createSchedule();
    expect(await readAlarm(stub())).toBe(TICK + 7_000);

    const window = vi.spyOn(ticksOfIsolate, "run");
    clock.now = TICK + 7_000;
    await wake();
    expect(window).toHaveBeenCalledTimes(1);
    expect(runs.asked).toHaveLength(1);
  });
});
