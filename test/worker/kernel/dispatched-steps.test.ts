import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import {
  AGENDA,
  COUNT_CLAIMED,
  LIST_CLAIMED,
  LIST_OVER,
  LIST_QUEUED_TOO_LONG,
  LIST_READY,
} from "../../../src/kernel/rows/step-rows.ts";
import type { Definition } from "../../../src/kernel/rules/definition.ts";
import type { KernelObject } from "./objects/kernel-object.ts";

const INGEST: Definition = {
  name: "ingest",
  steps: {
    file: {
      use: "file@1",
      retry: { attemptsMax: 3, baseMs: 1, capMs: 5 },
      timeout: { attemptMs: 600_000 },
    },
  },
};
const DONE = { kind: "completed", output: null } as const;

const within = <T>(
  name: string,
  use: (object: KernelObject, state: DurableObjectState) => T | Promise<T>,
) => runInDurableObject(env.TEST_KERNELS.getByName(name), use);

/** Lists the dispatched leases in their order. */
const listLeases = (object: KernelObject) => object.dispatched.flat().map(({ lease }) => lease);
const dispatchedTo = (object: KernelObject, count: number) =>
  vi.waitUntil(() => object.dispatched.flat().length === count, { interval: 1, timeout: 20_000 });

describe("a dispatched step", () => {
  it("stays claimed until it is settled, once", async ({ expect }) => {
    await within("settle", async (object) => {
      object.start("run", INGEST, { file: 1 });
      await dispatchedTo(object, 1);
      const [lease = ""] = listLeases(object);
      expect(object.dispatched).toMatchObject([[{ runId: "run", step: "file", attempt: 1 }]]);
      expect(object.kernel.holds(lease)).toEqual({
        attempt: 1,
        deadline: expect.any(Number),
        runId: "run",
        step: "file",
        input: { file: 1 },
      });

      expect(object.kernel.settle(lease, { kind: "completed", output: { chunks: 3 } })).toBe(true);
      expect(object.kernel.settle(lease, DONE)).toBe(false);
      expect(object.kernel.holds(lease)).toBeNull();
      expect(object.settled).toMatchObject([
        { status: "completed", outputs: { file: { chunks: 3 } } },
      ]);
    });
  });

  it("is dispatched again when its lease ran out, and the late report is fenced", async ({
    expect,
  }) => {
    await within("late", async (object) => {
      object.start("run", INGEST);
      await dispatchedTo(object, 1);
      object.aheadMs = 60_001;
      await object.alarm();
      object.aheadMs += 5;
      await object.alarm();
      await dispatchedTo(object, 2);

      const [early = "", late = ""] = listLeases(object);
      expect(object.kernel.settle(early, { kind: "failed", message: "late" })).toBe(false);
      expect(object.kernel.renew(early)).toBe(false);
      expect(object.kernel.settle(late, DONE)).toBe(true);
      expect(object.settled).toMatchObject([{ status: "completed" }]);
    });
  });

  it("fails as lost without a report", async ({ expect }) => {
    await within("lost", async (object) => {
      object.start("run", INGEST);
      for (let wakes = 0; wakes < 8; wakes++) {
        await object.alarm();
        object.aheadMs += wakes % 2 === 0 ? 60_001 : 5;
      }
      expect(object.dispatched.flat()).toHaveLength(3);
      expect(object.settled).toMatchObject([
        { status: "failed", error: { step: "file", message: "lost" } },
      ]);
    });
  });

  it("is kept by renewing its lease, up to the attempt's timeout", async ({ expect }) => {
    await within("renew", async (object) => {
      object.start("run", INGEST);
      await dispatchedTo(object, 1);
      const [lease = ""] = listLeases(object);
      for (let minute = 0; minute < 10; minute++) {
        object.aheadMs += 59_000;
        expect(object.kernel.renew(lease)).toBe(true);
        await object.alarm();
      }
      expect(object.kernel.holds(lease)).not.toBeNull();
      object.aheadMs += 20_000;
      await object.alarm();
      expect(object.kernel.holds(lease)).toBeNull();
    });
  });

  it("is dispatched again when dispatch() failed", async ({ expect }) => {
    await within("queue-down", async (object) => {
      object.dispatchFailures = 2;
      object.start("run", INGEST);
      await dispatchedTo(object, 1);

      const [lease = ""] = listLeases(object);
      expect(object.kernel.holds(lease)).not.toBeNull();
      expect(object.kernel.view("run")?.steps["file"]).toMatchObject({
        attempt: 3,
        message: "The queue is down",
      });
    });
  });

  it("waits for the delay that its worker requests", async ({ expect }) => {
    await within("retry-after", async (object, state) => {
      object.start("run", INGEST);
      await dispatchedTo(object, 1);
      const [lease = ""] = listLeases(object);
      object.kernel.settle(lease, { kind: "retry", message: "busy", afterMs: 90_000 });
      const alarm = (await state.storage.getAlarm()) ?? 0;
      expect(alarm).toBeGreaterThan(Date.now() + 80_000);
      object.aheadMs = 90_010;
      await object.alarm();
      await dispatchedTo(object, 2);
    });
  });
});

describe("thousands of runs in one object", () => {
  it("are dispatched in bulk up to the capacity, and settlements free capacity at once", async ({
    expect,
  }) => {
    const RUNS = 2_000;
    await within("bulk", async (object, state) => {
      object.create();
      object.meter.take();
      state.storage.transactionSync(() => {
        for (let run = 0; run < RUNS; run++) {
          object.kernel.start({ id: `run-${run}`, definition: INGEST, input: { run } });
        }
      });
      const started = object.meter.take();
      object.kernel.wake();
      await dispatchedTo(object, 200);
      expect(object.dispatched.map(({ length }) => length)).toEqual([100, 100]);
      // Without capacity, the alarm waits for the leases and does not spin for ready steps.
      expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now() + 50_000);

      for (let settled = 0; settled < RUNS; settled += 50) {
        for (const lease of listLeases(object).slice(settled, settled + 50)) {
          object.kernel.settle(lease, DONE);
        }
        await dispatchedTo(object, Math.min(RUNS, 200 + settled + 50));
      }
      const worked = object.meter.take();

      expect(object.settled).toHaveLength(RUNS);
      expect(await state.storage.getAlarm()).toBeNull();
      const perRun = {
        read: (started.read + worked.read) / RUNS,
        written: (started.written + worked.written) / RUNS,
      };
      console.log(`rows per single-step run: ${perRun.read} read, ${perRun.written} written`);
      expect(perRun.written).toBeLessThan(9.1);
      expect(perRun.read).toBeLessThan(100);
    });
  });

  it.for([
    ["ready steps", LIST_READY, ["1:file@1", 0, 100]],
    ["waits that are over", LIST_OVER, ["1:file@1", 0, 100]],
    ["claimed steps", LIST_CLAIMED, ["1:file@1", 100]],
    ["queue timeouts", LIST_QUEUED_TOO_LONG, [0, 100]],
    ["the number of claimed steps", COUNT_CLAIMED, ["1:file@1"]],
    ["the queues with live steps and their due times", AGENDA, []],
  ] as const)("are never scanned to find %s", async ([name, query, bindings], { expect }) => {
    await within(name, (object, state) => {
      object.create();
      const plan = state.storage.sql
        .exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...bindings)
        .toArray()
        .map(({ detail }) => detail);
      const steps = plan.filter((line) => /(SEARCH|SCAN) (kernel_step|n|s)\b/.test(line));
      expect(steps.length).toBeGreaterThan(0);
      for (const line of steps) {
        // An index is scanned only to its first row: the first queue, or the first queue timeout.
        const first = query === AGENDA ? "SEARCH|SCAN" : "SEARCH";
        const index = `^(${first}) \\w+ USING (COVERING )?INDEX kernel_step_(due|queue_by)\\b`;
        expect(line).toMatch(new RegExp(index));
      }
      expect(plan.join("\n")).not.toMatch(/TEMP B-TREE/);
    });
  });
});
