import { abortAllDurableObjects } from "cloudflare:test";
import { describe, it } from "vitest";

import type { Lane, StepDefinition } from "../../../src/kernel/rules/definition.ts";
import { ended, graph, only, RETRY, until, within } from "./objects/kernels.ts";

describe("timeouts", () => {
  it("end a step that does not begin in time", async ({ expect }) => {
    await within("queue timeout", async (object, state) => {
      // At most eight gates run at a time; the ninth waits in the queue.
      const busy = Array.from({ length: 8 }, (_none, index): [string, StepDefinition] => [
        `busy${index}`,
        { use: "gate@1" },
      ]);
      const late: StepDefinition = { use: "gate@1", timeout: { queueMs: 10_000 } };
      const tidy: StepDefinition = { use: "one@1", needs: ["late"], trigger: "all_done" };
      object.start("run", graph({ ...Object.fromEntries(busy), late, tidy }));
      await until(() => object.gates.size === 8);
      const alarm = (await state.storage.getAlarm()) ?? 0;
      expect(alarm).toBeLessThanOrEqual(Date.now() + 10_000);
      await object.pass(10_001);
      expect(object.kernel.view("run")?.steps["late"]).toMatchObject({
        phase: "failed",
        attempt: 0,
        message: "The step waited too long for its first attempt",
      });
    });
  });

  it("end an attempt at its time, and the step when no time is left for another", async ({
    expect,
  }) => {
    await within("attempt and total", async (object, state) => {
      const timeout = { attemptMs: 5_000, totalMs: 8_000 };
      object.start("run", only("gate@1", { timeout }));
      await until(() => object.gates.size === 1);
      expect(await state.storage.getAlarm()).toBeLessThanOrEqual(Date.now() + 5_000);
      await object.pass(5_001);
      await object.pass(10);
      await until(() => object.log.includes("only:2"));
      expect(object.log).toContain("only:aborted");
      expect(await state.storage.getAlarm()).toBeLessThanOrEqual(
        Date.now() + object.aheadMs + 3_000,
      );
      await object.pass(3_001);
      expect(await ended(object)).toMatchObject({
        status: "failed",
        error: {
          message:
            "The step ran out of time before its next attempt. The last attempt failed: The attempt at only of run run ran out of time",
        },
      });
    });
  });

  it("that fail to apply are postponed", async ({ expect }) => {
    await within("queue timeout throws", async (object, state) => {
      object.onSettled = () => {
        throw new Error("The owner is not ready");
      };
      object.create();
      const busy = Object.fromEntries(
        Array.from({ length: 8 }, (_none, index) => [`busy${index}`, { use: "gate@1" }]),
      );
      const late: StepDefinition = { use: "gate@1", timeout: { queueMs: 1_000 } };
      object.start("run", graph({ ...busy, late }));
      await until(() => object.gates.size === 8);
      await object.pass(1_001);
      expect(object.phases()["late"]).toBe("ready");
      expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now() + object.aheadMs + 4_000);
    });
  });
});

describe("lanes", () => {
  it("prefer interactive work when a handler has capacity", async ({ expect }) => {
    await within("lanes", async (object) => {
      const lanes: Lane[] = ["batch", "default", "interactive"];
      const steps = lanes.map((lane): [string, StepDefinition] => [lane, { use: "file@1", lane }]);
      object.start("run", graph(Object.fromEntries(steps)));
      await until(() => object.dispatched.length === 1);
      expect(object.dispatched[0]?.map(({ step }) => step)).toEqual([
        "interactive",
        "default",
        "batch",
      ]);
    });
  });

  it("give a head start and no more: a batch step goes before steps that came later", async ({
    expect,
  }) => {
    await within("lanes head start", async (object) => {
      object.create();
      const start = (run: string, lane: Lane) =>
        object.start(run, only("gate@1", { lane, timeout: { attemptMs: 3_600_000 } }));
      for (let run = 0; run < 8; run++) start(`busy-${run}`, "interactive");
      await until(() => object.gatesOfRuns.size === 8);
      start("batch", "batch");
      object.aheadMs = 59_000;
      start("soon", "interactive");
      object.aheadMs = 61_000;
      start("late", "interactive");

      object.gatesOfRuns.get("busy-0:only")?.resolve(1);
      await until(() => object.gatesOfRuns.size === 9);
      object.gatesOfRuns.get("busy-1:only")?.resolve(1);
      await until(() => object.gatesOfRuns.size === 10);

      expect([...object.gatesOfRuns.keys()].slice(8)).toEqual(["soon:only", "batch:only"]);
    });
  });

  it("let no chain of interactive steps keep a place for which a batch step waits", async ({
    expect,
  }) => {
    await within("lanes chain", async (object) => {
      object.create();
      const chain = Array.from({ length: 5 }, (_none, index): [string, StepDefinition] => [
        `s${index}`,
        {
          use: "gate@1",
          lane: "interactive",
          timeout: { attemptMs: 3_600_000 },
          ...(index > 0 && { needs: [`s${index - 1}`] }),
        },
      ]);
      for (let run = 0; run < 8; run++)
        object.start(`chain-${run}`, graph(Object.fromEntries(chain)));
      await until(() => object.gatesOfRuns.size === 8);
      object.start("batch", only("gate@1", { lane: "batch" }));
      object.aheadMs = 61_000;

      object.gatesOfRuns.get("chain-0:s0")?.resolve(1);
      await until(() => object.gatesOfRuns.size === 9);

      expect([...object.gatesOfRuns.keys()].at(-1)).toBe("batch:only");
    });
  });

  it("share the capacity of their handler", async ({ expect }) => {
    await within("lanes share", async (object) => {
      object.create();
      const lanes: Lane[] = ["batch", "interactive"];
      for (let run = 0; run < 300; run++) {
        const lane = lanes[run % 2] ?? "batch";
        object.start(`run-${run}`, only("file@1", { lane }));
      }
      await until(() => object.dispatched.flat().length === 200);
      await object.alarm();
      expect(object.dispatched.flat()).toHaveLength(200);
    });
  });
});

describe("a step at which the object keeps dying", () => {
  it("fails after some deaths in a row, although it has attempts left", async ({ expect }) => {
    const definition = only("gate@1", { retry: { ...RETRY, attemptsMax: 100 } });
    await within("strikes", async (object) => {
      object.start("run", definition);
      await until(() => object.gates.has("only"));
    });
    for (let death = 2; death <= 5; death++) {
      await abortAllDurableObjects();
      await within("strikes", async (object) => {
        await until(() => object.gates.has("only"));
        expect(object.kernel.view("run")?.steps["only"]?.attempt).toBe(death);
      });
    }
    await abortAllDurableObjects();
    await within("strikes", async (object) => {
      expect((await ended(object)).error?.message).toContain("The process died 5 times");
    });
  });
});

describe("a definition from a transaction that was rolled back", () => {
  it("is not confused with the next one", async ({ expect }) => {
    await within("definition id", async (object, state) => {
      object.create();
      const begin = () =>
        state.storage.transactionSync(() => {
          object.kernel.start({ id: "run", definition: only("fatal@1"), input: null });
          throw new Error("changed my mind");
        });
      expect(begin).toThrow("changed my mind");
      object.start("run", graph({ other: { use: "one@1" } }));
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { other: 1 } });
    });
  });
});

describe("a dispatched batch", () => {
  it("is not delayed by one step with a broken `with`", async ({ expect }) => {
    await within("bad batch", async (object) => {
      object.create();
      object.start("bad", only("file@1", { with: "${input.missing}" }), {});
      object.start("good", only("file@1"), {});
      await until(() => object.dispatched.flat().length === 2);
      expect(object.dispatched).toHaveLength(1);
    });
  });
});
