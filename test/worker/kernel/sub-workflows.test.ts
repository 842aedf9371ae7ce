import { evictDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import type { Definition, StepDefinition } from "../../../src/kernel/rules/definition.ts";
import { ended, graph, only, RETRY, stub, until, within } from "./objects/kernels.ts";

const starts = (workflow: string, input?: unknown, more: Partial<StepDefinition> = {}) => ({
  use: "workflow@1",
  with: { workflow, input },
  ...more,
});
const CHILD = graph({ work: { use: "note@1", with: { got: "${input}" } } });

describe("a step that is a workflow", () => {
  it("has the output of the workflow; only the top-level run is reported to the owner", async ({
    expect,
  }) => {
    await within("child", async (object) => {
      const definition = graph({
        before: { use: "note@1", with: 5 },
        child: { ...starts("child", { n: "${steps.before.output}" }), needs: ["before"] },
      });
      object.start("run", definition, null, { child: CHILD });
      const settled = await ended(object);
      expect(settled.outputs["child"]).toEqual({ work: { got: { n: 5 } } });
      expect(object.settled).toHaveLength(1);
      expect(object.kernel.view("run/child")).toMatchObject({ status: "completed", name: "graph" });
      expect(object.log).toEqual(["run:before", "run/child:work"]);

      object.kernel.forget("run");
      expect(object.rows("kernel_run")).toEqual([]);
      expect(object.rows("kernel_step")).toEqual([]);
    });
  });

  it("fails when a run tree would have too many steps, and creates none of them", async ({
    expect,
  }) => {
    await within("crowded", async (object) => {
      // Enough to reach the maximum before any item has ended.
      const items = { over: "input.list", concurrency: 100 };
      const inner = graph({ each: { use: "one@1", map: items } });
      const outer = graph({ each: { ...starts("inner", "${input}"), map: items } });
      const list = Array.from({ length: 150 }, (_none, index) => index);
      object.start("run", outer, { list }, { inner });

      const { error } = await ended(object);
      expect(error?.message).toMatch(/150 more would make 10\d{3} steps and items of one run/);
      expect(object.rows("kernel_step").length).toBeLessThanOrEqual(10_000);
    });
  });

  it("fails when the workflow's outputs are too large in total, and passes on no part", async ({
    expect,
  }) => {
    await within("large outputs of a workflow", async (object) => {
      const leaf = { use: "note@1", with: "${input}" };
      const child = graph({ a: leaf, b: leaf, c: leaf });
      object.start(
        "run",
        only("workflow@1", { with: { workflow: "child", input: "${input}" } }),
        "€".repeat(120_000),
        { child },
      );

      const { error } = await ended(object);
      expect(error?.message).toMatch(/outputs of the workflow graph have 1080006 bytes in total/);
    });
  });

  it("completes at once when the workflow has no steps", async ({ expect }) => {
    await within("no steps", async (object) => {
      object.start(
        "run",
        graph({ child: starts("child"), after: { use: "one@1", needs: ["child"] } }),
        null,
        {
          child: graph({}),
        },
      );
      expect((await ended(object)).outputs).toEqual({ child: {}, after: 1 });
    });
  });

  it("fails as the workflow fails, and falls back to another run of its own", async ({
    expect,
  }) => {
    await within("child fails", async (object) => {
      const workflows = { bad: only("fatal@1"), good: CHILD };
      object.start("run", graph({ child: starts("bad") }), null, workflows);
      expect((await ended(object)).error).toEqual({
        step: "child",
        message: "The workflow only failed at only: It cannot work",
      });
      const fallback = [starts("bad"), starts("good", 3)];
      object.start("second", graph({ child: { ...starts("bad"), fallback } }), null, workflows);
      expect(await ended(object, 2)).toMatchObject({
        status: "completed",
        outputs: { child: { work: { got: 3 } } },
      });
      expect(object.log).toEqual(["second/child~2:work"]);
    });
  });

  it("is started again by a person's decision, as another run", async ({ expect }) => {
    await within("child human", async (object) => {
      const flaky = graph({ work: { use: "gate@1", retry: { ...RETRY, attemptsMax: 1 } } });
      object.start("run", graph({ child: starts("flaky", null, { onExhausted: "human" }) }), null, {
        flaky,
      });
      await until(() => object.gates.has("work"));
      object.gates.get("work")?.reject(new Error("no"));
      await until(() => object.readPhase("child") === "held");
      object.gates.clear();
      const decision = {
        payload: { action: "retry" },
        actor: "ann",
        reason: "mended",
        event: null,
      };
      expect(object.kernel.signal("run", { id: "1", name: "child", ...decision })).toMatchObject({
        ok: true,
      });
      await until(() => object.gates.has("work"));
      object.gates.get("work")?.resolve("fine");
      expect((await ended(object)).outputs["child"]).toEqual({ work: "fine" });
    });
  });

  it.for([
    ["is missing", graph({ child: starts("other") }), "has no workflow other"],
    [
      "is given too much",
      graph({ child: starts("child", ["${input}", "${input}"]) }),
      "more than 950000 bytes",
    ],
  ] as const)(
    "fails clearly when the workflow %s",
    async ([name, definition, message], { expect }) => {
      await within(`child ${name}`, async (object) => {
        object.start("run", definition, "x".repeat(600_000), { child: CHILD });
        expect((await ended(object)).error?.message).toContain(message);
      });
    },
  );

  it("can be nested at most eight deep", async ({ expect }) => {
    await within("deep", async (object) => {
      const self = graph({ again: starts("self") });
      object.start("run", self, null, { self });
      expect((await ended(object)).error?.message).toContain(
        "workflows can be nested at most 8 deep",
      );
      expect(object.rows("kernel_run")).toHaveLength(9);
    });
  });

  it("is cancelled with its run, also in a map, and its handlers are aborted", async ({
    expect,
  }) => {
    await within("child cancelled", async (object, state) => {
      const workflows = { child: only("gate@1") };
      const definition = graph({
        each: { ...starts("child"), map: { over: "input", concurrency: 2 } },
      });
      object.start("run", definition, [1, 2, 3], workflows);
      await until(() => object.log.length === 2);
      expect(object.kernel.cancel("run")).toBe(true);
      expect(object.settled).toMatchObject([{ status: "cancelled" }]);
      await until(() => object.log.filter((line) => line === "only:aborted").length === 2);
      expect(object.kernel.view("run/each[1]")?.status).toBe("cancelled");
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  it("fails after its timeout, and its run ends first", async ({ expect }) => {
    await within("child total", async (object) => {
      object.start(
        "run",
        graph({ child: starts("child", null, { timeout: { totalMs: 60_000 } }) }),
        null,
        {
          child: graph({ work: { use: "gate@1", undo: { use: "note@1", with: "undone" } } }),
        },
      );
      await until(() => object.gates.has("work"));
      await object.pass(60_001);
      expect((await ended(object)).error?.message).toBe(
        "The workflow graph was cancelled: The wait took too long",
      );
      expect(object.log).toContain("run/child:work~undo");
    });
  });

  it("is paused and resumed with its run", async ({ expect }) => {
    await within("child paused", async (object) => {
      const child = graph({ a: { use: "gate@1" }, b: { use: "gate@1", needs: ["a"] } });
      object.start("run", graph({ child: starts("child") }), null, { child });
      await until(() => object.gates.has("a"));
      expect(object.kernel.pause("run")).toBe(true);
      object.gates.get("a")?.resolve(1);
      await until(() => object.readPhase("b", "run/child") === "held");
      expect(object.kernel.view("run/child")?.status).toBe("paused");
      expect(object.kernel.resume("run")).toBe(true);
      await until(() => object.gates.has("b"));
      object.gates.get("b")?.resolve(2);
      expect((await ended(object)).outputs["child"]).toEqual({ b: 2 });
    });
  });

  it("keeps its definition and continues after an eviction", async ({ expect }) => {
    const parent = graph({
      wait: { use: "sleep@1", with: { for: "1m" } },
      child: { ...starts("child@1", 1), needs: ["wait"] },
    });
    await within("child pinned", (object) => {
      object.start("run", parent, null, { "child@1": CHILD });
    });
    await evictDurableObject(stub("child pinned"));
    await within("child pinned", async (object) => {
      const newer: Definition = graph({ work: { use: "fatal@1" } });
      object.start("other", graph({}), null, { "child@1": newer });
      await object.pass(60_001);
      const settled = await ended(object);
      expect(settled).toMatchObject({ id: "other" });
      expect(await ended(object, 2)).toMatchObject({ outputs: { child: { work: { got: 1 } } } });
    });
  });
});
