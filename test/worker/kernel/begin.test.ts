import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import type { Definition } from "../../../src/kernel/rules/definition.ts";
import type { KernelObject } from "./objects/kernel-object.ts";

const only = (use: string): Definition => ({ name: "only", steps: { only: { use } } });
const SENT = { id: "sent", definition: only("file@1"), input: null };
const GATE = { id: "run", definition: only("gate@1"), input: null };

const within = (
  name: string,
  use: (object: KernelObject, state: DurableObjectState) => Promise<void>,
) => runInDurableObject(env.TEST_KERNELS.getByName(name), use);

const untilLogged = (object: KernelObject, line: string) =>
  vi.waitUntil(() => object.log.includes(line), { interval: 1, timeout: 5_000 });

describe("a run that begins", () => {
  it("has its first steps claimed when it is stored", async ({ expect }) => {
    await within("begin", async (object) => {
      object.create();
      object.kernel.begin(GATE);
      expect(object.readPhase("only")).toBe("claimed");
      expect(object.log).toEqual([]);
      await untilLogged(object, "only:1");
      object.gates.get("only")?.resolve("done");
      await vi.waitUntil(() => object.settled.length === 1);
      expect(object.settled).toMatchObject([{ outputs: { only: "done" } }]);
    });
  });

  it("calls no handler if the transaction that stores it is rolled back", async ({ expect }) => {
    await within("begin rolled back", async (object, { storage }) => {
      object.create();
      const beginAndThrow = () => {
        object.kernel.begin(GATE);
        throw new Error("rolled back");
      };
      expect(() => storage.transactionSync(beginAndThrow)).toThrow("rolled back");
      // The capacity of the handler is free again.
      for (let run = 0; run < 8; run++) object.kernel.begin({ ...GATE, id: `run-${run}` });
      await vi.waitUntil(() => object.gatesOfRuns.size === 8);
      expect([...object.gatesOfRuns.keys()]).not.toContain("run:only");
      expect(object.kernel.view("run")).toBeNull();
    });
  });

  it("is begun once when it is stored again after a rollback", async ({ expect }) => {
    await within("begin again", async (object, { storage }) => {
      object.create();
      const run = { id: "run", definition: only("file@1"), input: null };
      const beginAndThrow = () => {
        object.kernel.begin(run);
        throw new Error("rolled back");
      };
      expect(() => storage.transactionSync(beginAndThrow)).toThrow("rolled back");
      object.kernel.begin(run);
      await vi.waitUntil(() => object.dispatched.length > 0);
      await scheduler.wait(10);
      const leases = object.dispatched.flat().map(({ lease }) => lease);
      expect(leases).toHaveLength(1);
      expect(object.kernel.settle(leases[0] ?? "", { kind: "completed", output: 1 })).toBe(true);
    });
  });

  it("leaves a step to the round whose message would be lost with the process", async ({
    expect,
  }) => {
    await within("begin sent", async (object, { storage }) => {
      object.create();
      object.kernel.begin(SENT);
      object.kernel.begin({ id: "taken", definition: only("job@1"), input: null });
      // The start of an object sends those again that no worker has taken.
      expect(object.readPhase("only", "taken")).toBe("claimed");
      const stored = "SELECT count(*) AS n FROM kernel_step WHERE run_id = 'sent'";
      expect(storage.sql.exec(stored).one()["n"]).toBe(0);
      expect(object.kernel.nextDue()).toBeLessThanOrEqual(Date.now());
      expect(await storage.getAlarm()).toBeLessThanOrEqual(Date.now());
      await vi.waitUntil(() => object.dispatched.length === 2);
      expect(object.readPhase("only", "sent")).toBe("claimed");
    });
  });

  it("begins after a crash before its first round, whose steps have no rows", async ({
    expect,
  }) => {
    const stub = env.TEST_KERNELS.getByName("begin and crash");
    await runInDurableObject(stub, async (object, { storage }) => {
      object.create();
      for (const id of ["sent", "paused", "cancelled"]) object.kernel.begin({ ...SENT, id });
      object.kernel.pause("paused");
      object.kernel.cancel("cancelled");
      await vi.waitUntil(() => object.dispatched.flat().length === 1);
      // As a crash leaves it that comes before the round.
      storage.sql.exec("DELETE FROM kernel_step WHERE run_id IN ('sent', 'paused')");
    });
    await evictDurableObject(stub);
    await runInDurableObject(stub, async (object) => {
      await vi.waitUntil(() => object.dispatched.flat().length === 1);
      expect(object.dispatched.flat()).toMatchObject([{ runId: "sent", attempt: 1 }]);
      expect(object.readPhase("only", "paused")).toBe("held");
      expect(object.kernel.view("cancelled")).toMatchObject({ status: "cancelled" });
      object.kernel.resume("paused");
      await vi.waitUntil(() => object.dispatched.flat().length === 2);
    });
  });

  it("cannot keep an object from its start that has left its first steps", async ({ expect }) => {
    const stub = env.TEST_KERNELS.getByName("begin refused");
    await runInDurableObject(stub, async (object, { storage }) => {
      object.create();
      for (const id of ["sent", "other"]) object.kernel.begin({ ...SENT, id });
      await vi.waitUntil(() => object.dispatched.flat().length === 2);
      // As a crash leaves it that comes before the round.
      storage.sql.exec("DELETE FROM kernel_step");
      storage.sql.exec(`CREATE TRIGGER refuse BEFORE INSERT ON kernel_step WHEN NEW.run_id = 'sent'
        BEGIN SELECT RAISE(ABORT, 'refused'); END`);
    });
    await evictDurableObject(stub);
    await runInDurableObject(stub, async (object, { storage }) => {
      await vi.waitUntil(() => object.dispatched.flat().length === 1);
      expect(object.dispatched.flat()).toMatchObject([{ runId: "other" }]);
      expect(await storage.getAlarm()).toBeLessThanOrEqual(Date.now() + 5_000);
      storage.sql.exec("DROP TRIGGER refuse");
      object.aheadMs = 6_000;
      await object.kernel.alarm();
      await vi.waitUntil(() => object.dispatched.flat().length === 2);
    });
  });

  it("is tried again if a round cannot decide about its first steps", async ({ expect }) => {
    await within("begin failing", async (object, { storage }) => {
      object.create();
      storage.sql.exec(`CREATE TRIGGER refuse BEFORE INSERT ON kernel_step WHEN NEW.run_id = 'sent'
        BEGIN SELECT RAISE(ABORT, 'refused'); END`);
      object.kernel.begin(SENT);
      object.kernel.begin({ ...SENT, id: "other" });
      await vi.waitUntil(() => object.dispatched.flat().length === 1);
      expect(object.dispatched.flat()).toMatchObject([{ runId: "other" }]);
      storage.sql.exec("DROP TRIGGER refuse");
      object.aheadMs = 6_000;
      await object.kernel.alarm();
      await vi.waitUntil(() => object.dispatched.flat().length === 2);
    });
  });

  it("sends its first steps in batches of one call", async ({ expect }) => {
    await within("begin many", async (object, { storage }) => {
      object.create();
      storage.transactionSync(() => {
        for (let number = 0; number < 250; number++) {
          object.kernel.begin({ id: `run-${number}`, definition: only("file@1"), input: null });
        }
      });
      await vi.waitUntil(() => object.dispatched.flat().length === 200, { timeout: 5_000 });
      expect(object.dispatched.map(({ length }) => length)).toEqual([100, 100]);
      expect(new Set(object.dispatched.flat().map(({ runId }) => runId)).size).toBe(200);
    });
  });
});
