import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { ended, graph, only, RETRY, stub, until, within } from "./objects/kernels.ts";

const DAY_MS = 86_400_000;
const ONCE = { ...RETRY, attemptsMax: 1 };

describe("a run that is paused", () => {
  it("begins no step, while attempts and waits in progress continue", async ({ expect }) => {
    await within("pause", async (object) => {
      const steps = {
        work: { use: "gate@1" },
        wait: { use: "sleep@1", with: { for: "1m" } },
        next: { use: "note@1", needs: ["work", "wait"] },
        asleep: { use: "sleep@1", with: { for: "1m" }, needs: ["work"] },
      };
      object.start("run", graph(steps));
      await until(() => object.gates.has("work"));
      expect(object.kernel.pause("run")).toBe(true);
      expect(object.kernel.pause("run")).toBe(false);
      object.gates.get("work")?.resolve(1);
      await until(() => object.readPhase("work") === "completed");
      await object.pass(60_001);
      expect(object.kernel.view("run")).toMatchObject({
        status: "paused",
        steps: {
          wait: { phase: "completed" },
          next: { phase: "held", waitsFor: "resume" },
          asleep: { phase: "held" },
        },
      });
      expect(object.kernel.resume("run")).toBe(true);
      expect(object.kernel.resume("run")).toBe(false);
      await until(() => object.readPhase("next") === "completed");
      expect(object.readPhase("asleep")).toBe("waiting");
      await object.pass(60_001);
      expect(await ended(object)).toMatchObject({ status: "completed" });
    });
  });

  it("stays paused after an eviction, and a retry does not begin", async ({ expect }) => {
    await within("pause evicted", async (object) => {
      object.start("run", only("file@1"));
      await until(() => object.dispatched.length === 1);
      object.kernel.pause("run");
      const [claim] = object.dispatched[0] ?? [];
      object.kernel.settle(claim?.lease ?? "", { kind: "retry", message: "busy" });
      await object.pass(10_000);
    });
    await evictDurableObject(stub("pause evicted"));
    await within("pause evicted", async (object) => {
      await object.alarm();
      expect(object.dispatched).toEqual([]);
      expect(object.phases()).toEqual({ only: "held" });
      object.kernel.resume("run");
      await until(() => object.dispatched.length === 1);
      expect(object.dispatched[0]).toMatchObject([{ attempt: 2 }]);
    });
  });

  it("ends after thirty days, since every run ends", async ({ expect }) => {
    await within("paused too long", async (object) => {
      object.create();
      object.kernel.start({ id: "run", definition: only("note@1"), input: null });
      object.kernel.pause("run");
      await object.pass(30 * DAY_MS + 1);
      expect(await ended(object)).toMatchObject({
        status: "failed",
        error: { message: "The run was paused for too long" },
      });
      expect(object.log).toEqual([]);
    });
  });

  it("may be cancelled", async ({ expect }) => {
    await within("pause cancel", async (object, state) => {
      object.create();
      object.kernel.start({ id: "run", definition: only("note@1"), input: null });
      object.kernel.pause("run");
      expect(object.kernel.cancel("run")).toBe(true);
      expect(object.settled).toMatchObject([{ status: "cancelled" }]);
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });
});

describe("a step that pauses its run when its work has failed for good", () => {
  const definition = only("gate@1", { onExhausted: "pause", retry: ONCE });

  it("has fresh attempts when the run is resumed", async ({ expect }) => {
    await within("exhausted", async (object) => {
      object.start("run", definition);
      await until(() => object.gates.has("only"));
      object.gates.get("only")?.reject(new Error("no key"));
      await until(() => object.readPhase("only") === "held");
      expect(object.kernel.view("run")?.steps["only"]).toMatchObject({
        message: "no key",
        waitsFor: "resume",
      });
      object.gates.clear();
      expect(object.kernel.resume("run")).toBe(true);
      await until(() => object.gates.has("only"));
      object.gates.get("only")?.resolve("now");
      expect(await ended(object)).toMatchObject({ outputs: { only: "now" } });
    });
  });

  it("fails with its own message when it is not resumed", async ({ expect }) => {
    await within("exhausted expires", async (object) => {
      object.start("run", definition);
      await until(() => object.gates.has("only"));
      object.gates.get("only")?.reject(new Error("no key"));
      await until(() => object.readPhase("only") === "held");
      await object.pass(30 * DAY_MS + 1);
      expect(await ended(object)).toMatchObject({ status: "failed", error: { message: "no key" } });
    });
  });
});

describe("retry", () => {
  const chain = graph({
    a: { use: "note@1", with: "a" },
    b: { use: "gate@1", needs: ["a"], retry: ONCE },
    c: { use: "note@1", needs: ["b"] },
  });

  it("repeats failed steps under the same keys, and keeps completed ones", async ({ expect }) => {
    await within("retry", async (object) => {
      object.start("run", chain);
      await until(() => object.gates.has("b"));
      expect(object.kernel.retry("run", null)).toBe(false);
      object.gates.get("b")?.reject(new Error("no"));
      await ended(object);
      object.gates.clear();
      expect(object.kernel.retry("run", "nothing")).toBe(false);
      expect(object.kernel.retry("run", null)).toBe(true);
      expect(object.kernel.retry("run", null)).toBe(false);
      await until(() => object.gates.has("b"));
    });
    await abortAllDurableObjects();
    await within("retry", async (object) => {
      // Its only attempt died with the object.
      expect(await ended(object)).toMatchObject({ status: "failed", error: { message: "lost" } });
      object.kernel.retry("run", null);
      await until(() => object.gates.has("b"));
      object.gates.get("b")?.resolve("yes");
      expect(await ended(object, 2)).toMatchObject({ status: "completed" });
      expect(object.log).toEqual(["b:1", "run:c"]);
      expect(object.kernel.stepOutput("run", "a")).toBe("a");
    });
  });

  it("repeats a completed step on request, with all steps after it, under new keys", async ({
    expect,
  }) => {
    await within("retry from", async (object) => {
      object.start(
        "run",
        graph({
          a: { use: "note@1" },
          b: { use: "note@1", needs: ["a"] },
          other: { use: "note@1" },
        }),
      );
      await ended(object);
      expect(object.kernel.retry("run", null)).toBe(false);
      object.log.length = 0;
      expect(object.kernel.retry("run", "a")).toBe(true);
      await ended(object, 2);
      expect(object.log).toEqual(["run:a~1", "run:b~1"]);
      object.kernel.retry("run", "b");
      await ended(object, 3);
      expect(object.log.at(-1)).toBe("run:b~2");
      expect(object.story().filter((event) => event === "run.completed")).toHaveLength(3);
    });
  });

  it("evaluates conditions again, and waits for signals again", async ({ expect }) => {
    await within("retry wait", async (object) => {
      const steps = {
        wait: { use: "signal@1", with: { name: "go", timeout: "1h" } },
        after: { use: "note@1", needs: ["wait"], when: "steps.wait.output.payload == 1" },
      };
      const go = (id: string, payload: number) =>
        object.kernel.signal("run", {
          id,
          name: "go",
          payload,
          actor: null,
          reason: null,
          event: null,
        });
      object.start("run", graph(steps));
      go("1", 0);
      await ended(object);
      expect(object.phases()["after"]).toBe("skipped");
      object.kernel.retry("run", "wait");
      expect(object.phases()).toEqual({ wait: "waiting", after: "pending" });
      go("2", 1);
      await ended(object, 2);
      expect(object.phases()["after"]).toBe("completed");
    });
  });

  it("is refused for sub-workflows and for runs that have not settled", async ({ expect }) => {
    await within("retry refused", async (object) => {
      const start = { use: "workflow@1", with: { workflow: "child" } };
      object.start("run", graph({ child: start }), null, { child: only("fatal@1") });
      await ended(object);
      expect(object.kernel.retry("run/child", null)).toBe(false);
      expect(object.kernel.retry("none", null)).toBe(false);
    });
  });

  it("restarts a failed sub-workflow under the same keys if none of its work was undone", async ({
    expect,
  }) => {
    await within("retry child", async (object) => {
      const child = graph({
        x: { use: "note@1" },
        y: { use: "gate@1", needs: ["x"], retry: ONCE },
      });
      const start = { use: "workflow@1", with: { workflow: "child" } };
      object.start("run", graph({ child: start }), null, { child });
      await until(() => object.gates.has("y"));
      object.gates.get("y")?.reject(new Error("no"));
      await ended(object);
      object.gates.clear();
      object.kernel.retry("run", null);
      await until(() => object.gates.has("y"));
      object.gates.get("y")?.resolve("yes");
      await ended(object, 2);
      expect(object.log.filter((line) => line.startsWith("run/child"))).toEqual([
        "run/child:x",
        "run/child:x",
      ]);
    });
  });
});
