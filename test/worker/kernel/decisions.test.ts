import { describe, it } from "vitest";

import type { StepDefinition, TriggerRule } from "../../../src/kernel/rules/definition.ts";
import { ended, graph, only, readRunOutput, RETRY, until, within } from "./objects/kernels.ts";

const GOOD: StepDefinition = { use: "one@1" };
const BAD: StepDefinition = { use: "fatal@1" };
const NEVER: StepDefinition = { use: "one@1", when: "false" };
/** Handles failures, so that the run continues. */
const tidy = (...needs: string[]): StepDefinition => ({ use: "one@1", needs, trigger: "all_done" });

describe("a step with a condition", () => {
  it("runs if it holds; otherwise it is skipped with all steps that need it", async ({
    expect,
  }) => {
    await within("when", async (object) => {
      const steps = {
        ask: { use: "note@1", with: { amount: "${input.amount}" } },
        large: { use: "note@1", needs: ["ask"], when: "steps.ask.output.amount == 100" },
        small: { use: "note@1", needs: ["ask"], when: "steps.ask.output.amount == 1" },
        after: { use: "note@1", needs: ["small"] },
        anyway: { use: "note@1", needs: ["small", "large"], trigger: "none_failed" as const },
      };
      object.start("run", graph(steps), { amount: 100 });
      expect(await ended(object)).toMatchObject({ status: "completed" });
      expect(object.phases()).toEqual({
        ask: "completed",
        large: "completed",
        small: "skipped",
        after: "skipped",
        anyway: "completed",
      });
      expect(object.kernel.view("run")?.steps["after"]?.message).toBe("upstream_skipped");
      expect(object.log).not.toContain("run:small");
    });
  });

  it.for([
    ["gives another value", "input.amount", "`when` gave 100, which is neither true nor false"],
    ["names a missing value", "input.colour == 1", "No such key: colour"],
  ] as const)("fails clearly when it %s", async ([name, when, message], { expect }) => {
    await within(name, async (object) => {
      object.start("run", only("note@1", { when }), { amount: 100 });
      const { error } = await ended(object);
      expect(error).toMatchObject({ step: "only", message: expect.stringContaining(message) });
      expect(object.log).toEqual([]);
    });
  });
});

describe("a trigger rule", () => {
  it.for<[TriggerRule, Record<string, StepDefinition>, string]>([
    ["all_success", { a: GOOD, b: GOOD }, "completed"],
    ["all_success", { a: GOOD, b: BAD }, "skipped"],
    ["all_success", { a: GOOD, b: NEVER }, "skipped"],
    ["none_failed", { a: GOOD, b: NEVER }, "completed"],
    ["none_failed", { a: NEVER, b: BAD }, "skipped"],
    ["all_done", { a: NEVER, b: BAD }, "completed"],
    ["one_failed", { a: GOOD, b: BAD }, "completed"],
    ["one_failed", { a: GOOD, b: NEVER }, "skipped"],
  ])("%s after %j makes the step %s", async ([trigger, needed, phase], { expect }) => {
    await within(`trigger ${trigger} ${JSON.stringify(needed)}`, async (object) => {
      const needs = Object.keys(needed);
      const steps = { ...needed, last: { ...GOOD, needs, trigger }, tidy: tidy(...needs) };
      object.start("run", graph(steps));
      expect(await ended(object)).toMatchObject({ status: "completed" });
      expect(object.phases()["last"]).toBe(phase);
    });
  });

  it("begins at the first failure, and the run waits for the rest", async ({ expect }) => {
    await within("one_failed early", async (object) => {
      const alarm: StepDefinition = { use: "one@1", needs: ["slow", "bad"], trigger: "one_failed" };
      object.start("run", graph({ slow: { use: "gate@1" }, bad: BAD, alarm }));
      await until(() => object.phases()["alarm"] === "completed");
      expect(object.phases()).toEqual({ slow: "claimed", bad: "failed", alarm: "completed" });
      object.gates.get("slow")?.resolve(1);
      expect(await ended(object)).toMatchObject({ status: "completed" });
    });
  });

  it("fails the run when the step that handles a failure fails itself", async ({ expect }) => {
    await within("handler fails", async (object) => {
      const mend: StepDefinition = {
        use: "broken@1",
        retry: RETRY,
        needs: ["bad"],
        trigger: "one_failed",
      };
      object.start("run", graph({ bad: BAD, mend }));
      expect(await ended(object)).toMatchObject({ status: "failed", error: { step: "mend" } });
    });
  });
});

describe("a fallback", () => {
  it("does the work after a final failure, under its own key", async ({ expect }) => {
    await within("fallback", async (object) => {
      const fallback = [{ use: "fatal@1" }, { use: "note@1", with: { way: 2 } }];
      object.start("run", only("broken@1", { fallback }));
      expect(await ended(object)).toMatchObject({
        status: "completed",
        outputs: { only: { way: 2 } },
      });
      expect(object.log).toEqual(["run:only#2"]);
      expect(object.kernel.view("run")?.steps["only"]).toMatchObject({ use: "note@1", attempt: 1 });
      expect(object.story().filter((event) => event === "step.fell_back only")).toHaveLength(2);
    });
  });

  it("may wait for a person, and fall back from one wait to another", async ({ expect }) => {
    await within("native fallback", async (object) => {
      const fallback = [
        { use: "signal@1", with: { name: "help", timeout: "1h" } },
        { use: "sleep@1", with: { for: "1m" } },
      ];
      object.start("run", only("fatal@1", { fallback }));
      await until(() => object.phases()["only"] === "waiting");
      await object.pass(3_600_001);
      expect(object.kernel.view("run")?.steps["only"]?.waitsFor).toEqual({ for: "time" });
      await object.pass(60_001);
      expect(await ended(object)).toMatchObject({ status: "completed", outputs: { only: null } });
    });
  });

  it("frees capacity of the handler that it falls back from", async ({ expect }) => {
    await within("fallback room", async (object) => {
      const definition = only("file@1", { fallback: [{ use: "one@1" }] });
      const RUNS = 450;
      for (let run = 0; run < RUNS; run++) object.start(`run-${run}`, definition);
      // The first one stays with its worker, so that the capacity is never recounted.
      let seen = 1;
      await until(() => {
        for (const { lease } of object.dispatched.flat().slice(seen)) {
          seen++;
          object.kernel.settle(lease, { kind: "failed", message: "no" });
        }
        return object.settled.length === RUNS - 1;
      });
      expect(object.settled.filter(({ status }) => status !== "completed")).toEqual([]);
    });
  });
});

describe("the output of a run", () => {
  it("is the value of its output template, or the outputs of the last steps", async ({
    expect,
  }) => {
    await within("output", async (object) => {
      const steps = { a: { use: "note@1", with: 1 }, b: { use: "note@1", with: 2, needs: ["a"] } };
      object.start("run", graph(steps, { output: { sum: ["${steps.a.output}", "${input}"] } }), 7);
      await ended(object);
      expect(readRunOutput(object, "run")).toEqual({ sum: [1, 7] });
      expect(object.settled[0]?.output()).toEqual({ sum: [1, 7] });

      object.start("plain", graph(steps));
      await ended(object, 2);
      expect(readRunOutput(object, "plain")).toEqual({ b: 2 });
      expect(object.kernel.stepOutput("plain", "a")).toBe(1);
      expect(object.kernel.output("none")).toBeNull();
    });
  });

  it("fails the run when the template cannot be filled in", async ({ expect }) => {
    await within("bad output", async (object) => {
      object.start("run", { ...only("one@1"), output: "${steps.only.output.total}" });
      const { status, error } = await ended(object);
      expect(status).toBe("failed");
      expect(error).toEqual({
        step: "output",
        message: expect.stringContaining(
          "The run's output could not be evaluated: No such key: total",
        ),
      });
      expect(object.kernel.output("run")).toBeNull();
    });
  });

  it.for([
    ["of 5 MB", "big@1", "has 5000002 bytes, more than the maximum of 950000"],
    ["that is not JSON", "no-json@1", "The step's output is not JSON"],
  ] as const)("is a clear failure with an output %s", async ([name, use, message], { expect }) => {
    await within(`output ${name}`, async (object) => {
      object.start("run", only(use));
      expect(await ended(object)).toMatchObject({
        status: "failed",
        error: { step: "only", message: expect.stringContaining(message) },
      });
      expect(object.kernel.view("run")?.steps["only"]?.attempt).toBe(1);
    });
  });

  it("fails the step whose `with` cannot be filled in, and does not call its handler", async ({
    expect,
  }) => {
    await within("bad with", async (object) => {
      object.start("run", only("note@1", { with: { a: "${input.missing}" } }), {});
      expect((await ended(object)).error?.message).toContain(
        "The input of only could not be evaluated",
      );
      expect(object.log).toEqual([]);
    });
  });
});
