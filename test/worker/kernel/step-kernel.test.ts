import { describe, it, vi } from "vitest";

import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { ended, only, RETRY, within } from "./objects/kernels.ts";

describe("a run", () => {
  it("runs its steps at once, without an alarm", async ({ expect }) => {
    await within("sequence", async (object, state) => {
      const definition: Definition = {
        name: "sequence",
        steps: {
          retrieve: { use: "echo@1" },
          generate: { use: "effect@1", needs: ["retrieve"] },
          finish: { use: "echo@1", needs: ["generate"] },
        },
      };
      object.start("run", definition, "why?");

      expect(await ended(object)).toMatchObject({
        id: "run",
        name: "sequence",
        status: "completed",
        input: "why?",
        outputs: {
          generate: { attempt: 1 },
          finish: { outputs: { generate: { attempt: 1 } } },
        },
        error: null,
      });
      expect(await state.storage.getAlarm()).toBeNull();
      const events = object.kernel.events("run", 0, 100);
      expect(events.map(({ type, step }) => [type, step])).toEqual([
        ["run.started", null],
        ["step.completed", "retrieve"],
        ["step.started", "generate"],
        ["step.completed", "generate"],
        ["step.completed", "finish"],
        ["run.completed", null],
      ]);
    });
  });

  it("is started once, also if the start is repeated", async ({ expect }) => {
    await within("twice", async (object) => {
      expect(object.start("run", only("echo@1"), 1)).toBe(true);
      expect(object.start("run", only("echo@1"), 2)).toBe(false);
      await ended(object);
      expect(object.start("run", only("echo@1"), 3)).toBe(false);

      expect(object.settled).toHaveLength(1);
      expect(object.settled[0]?.input).toBe(1);
    });
  });

  it("leaves neither row nor alarm when the transaction it began in rolls back", async ({
    expect,
  }) => {
    await within("rollback", async (object, state) => {
      object.create();
      const begin = () =>
        state.storage.transactionSync(() => {
          object.kernel.start({ id: "run", definition: only("echo@1"), input: null });
          throw new Error("changed my mind");
        });
      expect(begin).toThrow("changed my mind");

      expect(object.kernel.view("run")).toBeNull();
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  it("begins parallel branches together and joins them", async ({ expect }) => {
    await within("parallel", async (object) => {
      object.start("run", {
        name: "parallel",
        steps: {
          left: { use: "gate@1" },
          right: { use: "gate@1" },
          join: { use: "echo@1", needs: ["left", "right"] },
        },
      });
      await vi.waitUntil(() => object.gates.size === 2);
      object.gates.get("right")?.resolve("R");
      await vi.waitUntil(() => object.kernel.view("run")?.steps["right"]?.phase === "completed");
      expect(object.kernel.view("run")?.steps["join"]?.phase).toBe("pending");
      object.gates.get("left")?.resolve("L");

      expect((await ended(object))?.outputs).toMatchObject({
        join: { outputs: { left: "L", right: "R" } },
      });
    });
  });

  it("may be forgotten, and followed by another, in the transaction that settles it", async ({
    expect,
  }) => {
    await within("followed", async (object) => {
      object.onSettled = ({ id }) => {
        object.kernel.forget(id);
        if (id === "first") object.start("second", only("echo@1"));
      };
      object.start("first", only("echo@1"));
      await vi.waitUntil(() => object.settled.length === 2);

      expect(object.settled.map(({ id }) => id)).toEqual(["first", "second"]);
      expect(object.rows("kernel_run")).toEqual([]);
      expect(object.rows("kernel_event")).toEqual([]);
    });
  });

  it("settles again later if onRunSettled throws", async ({ expect }) => {
    await within("settled-throws", async (object) => {
      object.onSettled = () => {
        throw new Error("The owner is not ready");
      };
      object.start("run", only("echo@1"));
      await ended(object);
      expect(object.kernel.view("run")?.status).toBe("running");

      object.onSettled = () => {};
      object.aheadMs = 31_000;
      await object.alarm();
      object.aheadMs += 5;
      await object.alarm();
      await vi.waitUntil(() => object.kernel.view("run")?.status === "completed");
    });
  });
});

describe("a step that fails", () => {
  it("is retried, and its attempts are counted", async ({ expect }) => {
    await within("flaky", async (object) => {
      object.start("run", only("flaky@1"));
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { only: 3 } });
      expect(object.kernel.events("run", 0, 100).map(({ type }) => type)).toEqual([
        "run.started",
        "step.started",
        "step.retried",
        "step.started",
        "step.retried",
        "step.started",
        "step.completed",
        "run.completed",
      ]);
    });
  });

  it.for([
    ["its attempts are used up", only("broken@1"), "It never works", 3],
    ["a retry cannot help", only("fatal@1"), "It cannot work", 1],
    ["no handler has its name", only("missing@1"), "There is no handler missing@1", 1],
    [
      "its handler ignores the timeout",
      only("deaf@1", { timeout: { attemptMs: 20 }, retry: { ...RETRY, attemptsMax: 1 } }),
      "The attempt at only of run run ran out of time",
      1,
    ],
  ] as const)("fails its run when %s", async ([name, definition, message, attempt], { expect }) => {
    await within(name, async (object) => {
      object.start("run", definition);
      expect(await ended(object)).toMatchObject({
        status: "failed",
        error: { step: "only", message },
      });
      expect(object.kernel.view("run")?.steps["only"]).toMatchObject({
        phase: "failed",
        attempt,
        message,
      });
    });
  });

  it("cancels the other branches of its run", async ({ expect }) => {
    await within("branches", async (object) => {
      const steps = { slow: { use: "gate@1" }, bad: { use: "fatal@1" } };
      object.start("run", { name: "branches", steps });
      await ended(object);
      await vi.waitUntil(() => object.log.includes("slow:aborted"));
      object.gates.get("slow")?.resolve("too late");

      expect(object.kernel.view("run")?.steps["slow"]?.phase).toBe("cancelled");
      expect(object.settled).toHaveLength(1);
    });
  });

  it("loses no attempt to a deploy", async ({ expect }) => {
    await within("deploy", async (object) => {
      object.start("run", only("reset@1"));
      await ended(object);
      expect(object.log).toHaveLength(6);
      expect(object.kernel.view("run")).toMatchObject({
        status: "completed",
        steps: { only: { attempt: 1 } },
      });
    });
  });
});

describe("cancel", () => {
  it("ends the run at once, aborts its handlers and ignores their reports", async ({ expect }) => {
    await within("cancel", async (object, state) => {
      object.start("run", only("gate@1"));
      await vi.waitUntil(() => object.gates.size === 1);
      expect(object.kernel.cancel("run")).toBe(true);
      expect(object.kernel.cancel("run")).toBe(false);
      await vi.waitUntil(() => object.log.includes("only:aborted"));
      object.gates.get("only")?.resolve("too late");
      await vi.waitUntil(async () => (await state.storage.getAlarm()) === null);

      expect(object.kernel.view("run")).toMatchObject({
        status: "cancelled",
        steps: { only: { phase: "cancelled" } },
      });
      expect(object.settled.map(({ status }) => status)).toEqual(["cancelled"]);
    });
  });
});
