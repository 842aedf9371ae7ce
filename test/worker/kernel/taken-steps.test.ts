import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { type KernelObject, lostLeases } from "./objects/kernel-object.ts";

const DONE = { kind: "completed", output: null } as const;

const within = <T>(
  name: string,
  use: (object: KernelObject, state: DurableObjectState) => T | Promise<T>,
) => runInDurableObject(env.TEST_KERNELS.getByName(name), use);

/** Starts a run of one dispatched step. Returns the lease under which the step was sent. */
async function send(object: KernelObject): Promise<string> {
  object.start("run", JOB, {});
  await vi.waitUntil(() => object.dispatched.length === 1, { interval: 1, timeout: 20_000 });
  return object.dispatched.flat()[0]?.lease ?? "";
}

const JOB: Definition = {
  name: "job",
  steps: {
    work: {
      use: "job@1",
      retry: { attemptsMax: 3, baseMs: 1, capMs: 5 },
      timeout: { attemptMs: 900_000 },
    },
  },
};

const readDueTime = ({ storage: { sql } }: DurableObjectState) =>
  sql.exec<{ due: number }>("SELECT due FROM kernel_step").one().due;
const readDue = (state: DurableObjectState) => readDueTime(state) - Date.now();
const readAttempt = ({ storage: { sql } }: DurableObjectState) =>
  sql.exec<{ attempt: number }>("SELECT attempt FROM kernel_step").one().attempt;

describe("a dispatched step that a worker takes", () => {
  it("belongs to the first worker, under a lease of its own and of another length", async ({
    expect,
  }) => {
    await within("take", async (object, state) => {
      const sent = await send(object);
      expect(readDue(state)).toBeGreaterThan(590_000);

      const taken = object.kernel.take(sent) ?? "";

      expect(readDue(state)).toBeLessThanOrEqual(30_000);
      expect(object.kernel.take(sent)).toBeNull();
      expect(object.kernel.renew(sent)).toBe(false);
      expect(object.kernel.settle(sent, DONE)).toBe(false);
      expect(object.kernel.renew(taken)).toBe(true);
      expect(object.kernel.settle(taken, DONE)).toBe(true);
      expect(object.settled).toMatchObject([{ status: "completed" }]);
    });
  });

  it("has its lease renewed only once half of it is over", async ({ expect }) => {
    await within("keep", async (object, state) => {
      const sent = await send(object);
      const taken = object.kernel.take(sent) ?? "";
      const due = readDueTime(state);

      object.aheadMs = 10_000;
      expect(object.kernel.keep(taken)).toBe(true);
      expect(readDueTime(state)).toBe(due);
      object.aheadMs = 20_000;
      expect(object.kernel.keep(taken)).toBe(true);
      expect(readDue(state)).toBeGreaterThan(45_000);
      expect(object.kernel.keep(sent)).toBe(false);
    });
  });

  it("has its lease renewed once less is left than the worker needs", async ({ expect }) => {
    await within("keep for longer", async (object, state) => {
      const taken = object.kernel.take(await send(object)) ?? "";
      const due = readDueTime(state);

      object.aheadMs = 4_000;
      expect(object.kernel.keep(taken, 25_000)).toBe(true);
      expect(readDueTime(state)).toBe(due);
      object.aheadMs = 6_000;
      expect(object.kernel.keep(taken, 25_000)).toBe(true);
      expect(readDue(state)).toBeGreaterThan(35_000);
    });
  });

  it("is sent again at once when the queue is known to be lost, without counting an attempt", async ({
    expect,
  }) => {
    await within("lost-queue", async (object) => {
      const sent = await send(object);
      lostLeases.add(sent);
    });
    await evictDurableObject(env.TEST_KERNELS.getByName("lost-queue"));

    await vi.waitUntil(() => within("lost-queue", (object) => object.dispatched.length === 1));
    await within("lost-queue", (object, state) => {
      expect(object.dispatched.flat()).toMatchObject([{ runId: "run", attempt: 1 }]);
      expect(readAttempt(state)).toBe(1);
    });
  });

  it("is tried again at once when its worker is known to be lost", async ({ expect }) => {
    await within("lost-worker", async (object) => {
      const sent = await send(object);
      lostLeases.add(object.kernel.take(sent) ?? "");
    });
    await evictDurableObject(env.TEST_KERNELS.getByName("lost-worker"));

    await vi.waitUntil(() => within("lost-worker", (object) => object.dispatched.length === 1));
    await within("lost-worker", (object) => {
      expect(object.dispatched.flat()).toMatchObject([{ runId: "run", attempt: 2 }]);
    });
  });

  it("keeps its lease when the object starts again and nothing is lost", async ({ expect }) => {
    let lease = "";
    await within("kept", async (object) => {
      const sent = await send(object);
      lease = object.kernel.take(sent) ?? "";
    });
    await evictDurableObject(env.TEST_KERNELS.getByName("kept"));

    await within("kept", (object) => {
      expect(object.kernel.settle(lease, DONE)).toBe(true);
    });
  });
});
