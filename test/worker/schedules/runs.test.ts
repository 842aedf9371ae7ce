import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { systemClock } from "../../../src/platform/models/clock.ts";
import { scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import { createSchedule, HOUR, START } from "./schedule.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const post = (body: object) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Creates a schedule whose runs are real; only the clock is simulated. */
async function createReal() {
  const clock = { now: START };
  vi.spyOn(systemClock, "now").mockImplementation(() => clock.now);
  const schedule = await createSchedule({ overlap: "skip" });
  const save = async (steps: object) => {
    const saved = await schedule.fetch("/workflows", post({ name: "report", ...steps }));
    if (!saved.ok) throw new Error(await saved.text());
  };
  const tick = async (hour: number) => {
    clock.now = Math.floor(START / HOUR) * HOUR + hour * HOUR;
    await schedule.wake();
    return (await schedule.read()).lastRunId;
  };
  const run = async (id: string | null): Promise<unknown> =>
    await (await schedule.fetch(`/runs/${id}`)).json();
  return { ...schedule, save, tick, run };
}

const PURE = {
  steps: { only: { use: "transform@1", with: { value: "${input.of}" } } },
  output: "${steps.only.output}",
};
const WAITS = { steps: { wait: { use: "signal@1", with: { name: "go" } } }, output: null };

describe("a scheduled run", () => {
  it("runs its workflow with the schedule's input", async ({ expect }) => {
    const { id, save, tick, run } = await createReal();
    await save(PURE);
    const runId = await tick(1);
    await vi.waitUntil(async () => JSON.stringify(await run(runId)).includes('"completed"'));
    expect(await run(runId)).toMatchObject({
      id: runId,
      workflow: "report",
      input: { of: "sales" },
      metadata: { schedule_id: id, scheduled_for: "2031-03-01T01:00:00.000Z" },
    });
  });

  it("is reported when its workflow does not exist, and starts once it exists", async ({
    expect,
  }) => {
    const { read, save, tick } = await createReal();
    expect(await tick(1)).toBeNull();
    expect(await read()).toMatchObject({
      skipped: 1,
      lastError: { message: expect.stringContaining("No workflow found") },
    });
    await save(PURE);
    expect(await tick(2)).toMatch(/^run_/);
  });

  it("delays the next tick until it has ended", async ({ expect }) => {
    const { read, save, tick, fetch } = await createReal();
    await save(WAITS);
    const first = await tick(1);
    expect(await tick(2)).toBe(first);
    expect(await read()).toMatchObject({ skipped: 1 });
    await fetch(`/runs/${first}/cancel`, post({}));
    expect(await tick(3)).not.toBe(first);
  });

  it("is the same run when its start is repeated, whatever has changed since", async ({
    expect,
  }) => {
    const { get, save, tick, read, wake, scope } = await createReal();
    await save(WAITS);
    const { start } = scheduledRuns;
    vi.spyOn(scheduledRuns, "start").mockImplementationOnce(async (...run) => {
      await start(...run);
      throw new Error("Network connection lost.");
    });
    expect(await tick(1)).toBeNull();
    await get().update({ input: "other", workflow: "gone" });
    vi.mocked(systemClock.now).mockReturnValue(START + HOUR);
    await wake();
    expect(await read()).toMatchObject({ lastRunId: expect.any(String), skipped: 0 });
    const count = "SELECT count(*) AS count FROM run WHERE project_id = ?";
    const counted = env.CATALOG.prepare(count).bind(scope.projectId).first("count");
    expect(await counted).toBe(1);
  });
});
