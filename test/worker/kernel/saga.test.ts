import { abortAllDurableObjects } from "cloudflare:test";
import { describe, it } from "vitest";

import type { StepDefinition } from "../../../src/kernel/rules/definition.ts";
import { ended, graph, only, pair, RETRY, until, within } from "./objects/kernels.ts";

const fails = (needs: string[]): StepDefinition => ({ use: "fatal@1", needs });

describe("a run that fails", () => {
  it("undoes its work in reverse order, and then settles", async ({ expect }) => {
    await within("saga", async (object) => {
      object.start("run", graph({ a: pair(), b: pair(["a"]), c: pair(["b"]), d: fails(["c"]) }));
      expect(await ended(object)).toMatchObject({
        status: "failed",
        error: { step: "d", message: "It cannot work" },
      });
      expect(object.log).toEqual([
        "run:a",
        "run:b",
        "run:c",
        "run:c~undo",
        "run:b~undo",
        "run:a~undo",
      ]);
      expect(object.story().slice(-8)).toEqual([
        "run.undoing d",
        "step.started c~undo",
        "step.undone c",
        "step.started b~undo",
        "step.undone b",
        "step.started a~undo",
        "step.undone a",
        "run.failed d",
      ]);
      expect(object.kernel.view("run")?.steps["a"]).toMatchObject({
        phase: "completed",
        undo: { phase: "completed" },
      });
    });
  });

  it("undoes one at a time", async ({ expect }) => {
    await within("one at a time", async (object) => {
      const slow = { undo: { use: "gate@1" } };
      object.start("run", graph({ a: pair([], slow), b: pair(["a"], slow), c: fails(["b"]) }));
      await until(() => object.gates.has("b~undo"));
      expect(object.readPhase("a~undo")).toBeUndefined();
      expect(object.kernel.view("run")?.status).toBe("undoing");
      expect(object.kernel.cancel("run")).toBe(false);
      expect(object.kernel.pause("run")).toBe(false);
      expect(object.kernel.resume("run")).toBe(false);
      object.gates.get("b~undo")?.resolve(1);
      await until(() => object.gates.has("a~undo"));
      expect(object.settled).toEqual([]);
      object.gates.get("a~undo")?.resolve(1);
      await ended(object);
    });
  });

  it("gives an undo its step's output and the run's input", async ({ expect }) => {
    await within("undo given", async (object) => {
      const charge: StepDefinition = {
        use: "note@1",
        with: { id: "c1" },
        undo: { use: "note@1", with: ["${steps.charge.output.id}", "${input}"] },
      };
      const notes: StepDefinition = {
        use: "note@1",
        with: { to: "${item}" },
        map: { over: "input", concurrency: 2 },
        undo: { use: "note@1", with: ["${steps.notes.output.to}", "${index}"] },
        needs: ["charge"],
      };
      object.start("run", graph({ charge, notes, end: fails(["notes"]) }), ["x", "y"]);
      await ended(object);
      const output = (step: string) => object.kernel.stepOutput("run", step);
      expect(output("charge~undo")).toEqual(["c1", ["x", "y"]]);
      expect([output("notes[0]~undo"), output("notes[1]~undo")]).toEqual([
        ["x", 0],
        ["y", 1],
      ]);
      expect(object.log.slice(-3)).toEqual([
        "run:notes[1]~undo",
        "run:notes[0]~undo",
        "run:charge~undo",
      ]);
    });
  });

  it("undoes work that may have been done, and not work that certainly was not", async ({
    expect,
  }) => {
    await within("uncertain", async (object) => {
      const undo = { use: "note@1" };
      const steps = {
        lost: { use: "broken@1", retry: RETRY, undo },
        refused: { use: "fatal@1", undo },
        never: { use: "note@1", when: "false", undo },
        tidy: { use: "one@1", needs: ["lost", "refused"], trigger: "all_done" as const },
        end: fails(["tidy"]),
      };
      object.start("run", graph(steps));
      await ended(object);
      expect(object.log).toEqual(["run:lost~undo"]);
    });
  });

  it("continues to undo when one undo fails", async ({ expect }) => {
    await within("undo fails", async (object) => {
      const steps = { a: pair(), b: pair(["a"], { undo: { use: "fatal@1" } }), c: fails(["b"]) };
      object.start("run", graph(steps));
      expect(await ended(object)).toMatchObject({ status: "failed", error: { step: "c" } });
      expect(object.story()).toContain("step.undo_failed b");
      expect(object.log.at(-1)).toBe("run:a~undo");
      expect(object.kernel.view("run")?.steps["b"]?.undo).toMatchObject({ phase: "failed" });
    });
  });

  it("continues to undo after its object was aborted", async ({ expect }) => {
    await within("undo aborted", async (object) => {
      const slow = { undo: { use: "gate@1", retry: RETRY } };
      object.start("run", graph({ a: pair(), b: pair(["a"], slow), c: fails(["b"]) }));
      await until(() => object.gates.has("b~undo"));
    });
    await abortAllDurableObjects();
    await within("undo aborted", async (object) => {
      await until(() => object.gates.has("b~undo"));
      object.gates.get("b~undo")?.resolve(1);
      expect(await ended(object)).toMatchObject({ status: "failed" });
      expect(object.log.at(-1)).toBe("run:a~undo");
      expect(object.settled).toHaveLength(1);
    });
  });
});

describe("a run that is cancelled", () => {
  it("undoes completed steps and those in progress", async ({ expect }) => {
    await within("cancel undoes", async (object) => {
      const steps = { a: pair(), b: pair(["a"], { use: "gate@1" }), c: pair(["b"]) };
      object.start("run", graph(steps));
      await until(() => object.gates.has("b"));
      expect(object.kernel.cancel("run")).toBe(true);
      expect(await ended(object)).toMatchObject({ status: "cancelled", error: null });
      expect(object.log).toEqual(["run:a", "b:1", "b:aborted", "run:b~undo", "run:a~undo"]);
    });
  });
});

describe("sub-workflows of a run that is undone", () => {
  const child = graph({ x: pair(), y: pair(["x"]) });
  const start = { use: "workflow@1", with: { workflow: "child" } };

  it("are undone step by step in their place, unless their step declares an undo", async ({
    expect,
  }) => {
    await within("undo child", async (object) => {
      const own = { ...start, undo: { use: "note@1" } };
      const steps = {
        a: pair(),
        one: { ...start, needs: ["a"] },
        two: { ...own, needs: ["one"] },
        d: fails(["two"]),
      };
      object.start("run", graph(steps), null, { child });
      expect(await ended(object)).toMatchObject({ status: "failed" });
      expect(object.log.slice(5)).toEqual([
        "run:two~undo",
        "run/one:y~undo",
        "run/one:x~undo",
        "run:a~undo",
      ]);
      expect(object.kernel.view("run/one")?.status).toBe("cancelled");
      expect(object.kernel.view("run/two")?.status).toBe("completed");
    });
  });

  it("that are in progress undo their work first", async ({ expect }) => {
    await within("undo running child", async (object) => {
      const slow = graph({ x: pair(), y: pair(["x"], { use: "gate@1" }) });
      object.start("run", graph({ a: pair(), b: { ...start, needs: ["a"] } }), null, {
        child: slow,
      });
      await until(() => object.gates.has("y"));
      object.kernel.cancel("run");
      expect(await ended(object)).toMatchObject({ status: "cancelled" });
      expect(object.log.slice(-3)).toEqual(["run/b:y~undo", "run/b:x~undo", "run:a~undo"]);
    });
  });

  it("that are already undoing are left alone", async ({ expect }) => {
    await within("undoing child", async (object) => {
      const bad = graph({ x: pair([], { undo: { use: "gate@1" } }), y: fails(["x"]) });
      object.start("run", graph({ a: pair(), b: { ...start, needs: ["a"] } }), null, {
        child: bad,
      });
      await until(() => object.gates.has("x~undo"));
      expect(object.kernel.cancel("run")).toBe(true);
      expect(object.readPhase("x~undo", "run/b")).toBe("claimed");
      expect(object.settled).toEqual([]);
      object.gates.get("x~undo")?.resolve(1);
      expect(await ended(object)).toMatchObject({ status: "cancelled" });
      expect(object.log.at(-1)).toBe("run:a~undo");
    });
  });

  it("that are items are undone before their step has failed", async ({ expect }) => {
    await within("undo items", async (object) => {
      const mixed = graph({
        x: pair([], { undo: { use: "gate@1" } }),
        y: { use: "gate@1", needs: ["x"], retry: { ...RETRY, attemptsMax: 1 } },
      });
      const definition = graph({
        each: { ...start, map: { over: "input", concurrency: 2 } },
        mend: { use: "one@1", needs: ["each"], trigger: "one_failed" },
      });
      object.start("run", definition, [1, 2], { child: mixed });
      const gate = async (name: string) => await until(() => object.gatesOfRuns.get(name));
      await gate("run/each[0]:y");
      (await gate("run/each[1]:y")).reject(new Error("no"));
      (await gate("run/each[1]:x~undo")).resolve(1);
      await until(() => object.kernel.view("run/each[1]")?.status === "failed");
      expect(object.readPhase("each")).toBe("waiting");
      (await gate("run/each[0]:x~undo")).resolve(1);
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { mend: 1 } });
      const story = object.story();
      expect(story.filter((event) => event === "step.failed each")).toHaveLength(1);
      expect(object.kernel.view("run/each[0]")?.status).toBe("cancelled");
      expect(object.kernel.view("run/each[1]")?.status).toBe("failed");
    });
  });
});

describe("a run with nothing to undo", () => {
  it("settles at once when it fails", async ({ expect }) => {
    await within("nothing to undo", async (object) => {
      object.start("run", only("fatal@1", { undo: { use: "note@1" } }));
      await ended(object);
      expect(object.story()).toEqual([
        "run.started",
        "step.started only",
        "step.failed only",
        "run.failed only",
      ]);
    });
  });
});
