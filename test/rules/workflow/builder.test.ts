import { describe, expect, it } from "vitest";

import { workflow } from "../../../src/workflow/builder.ts";
import { compileWorkflow } from "../../../src/workflow/compile/compile-workflow.ts";
import { readWorkflowBody } from "../../../src/workflow/compile/workflow-body.ts";

const GREETING = workflow("greeting")
  .step("ask", { use: "http@1", with: { url: "https://x.test" } })
  .step("wait", { use: "sleep@1", with: { for: "1m" } })
  .step("greet", { use: "http@1", needs: ["ask", "wait"], when: "steps.ask.output != null" })
  .output({ text: "${steps.greet.output}" });

describe("workflow", () => {
  it("builds the JSON that clients send", () => {
    const { name, ...body } = GREETING.build();

    expect({ name, ...body }).toEqual({
      name: "greeting",
      steps: {
        ask: { use: "http@1", with: { url: "https://x.test" } },
        wait: { use: "sleep@1", with: { for: "1m" } },
        greet: { use: "http@1", needs: ["ask", "wait"], when: "steps.ask.output != null" },
      },
      output: { text: "${steps.greet.output}" },
    });
    expect(readWorkflowBody(JSON.parse(JSON.stringify(body)))).toEqual({ ok: true, value: body });
    expect(compileWorkflow(name, body, { "http@1": {} }).ok).toBe(true);
  });

  it("does not change a workflow when a step is added to it", () => {
    GREETING.step("more", { use: "http@1" });

    expect(Object.keys(GREETING.build().steps)).toEqual(["ask", "wait", "greet"]);
  });

  it("lets the compiler refuse needs without an earlier step, and duplicate names", () => {
    const begun = workflow("typed").step("a", { use: "http@1" });
    // @ts-expect-error -- There is no step b.
    begun.step("c", { use: "http@1", needs: ["b"] });
    // @ts-expect-error -- A step does not come before itself.
    begun.step("c", { use: "http@1", needs: ["c"] });
    // @ts-expect-error -- The step a already exists.
    begun.step("a", { use: "http@1" });
    // @ts-expect-error -- The trigger does not exist.
    begun.step("c", { use: "http@1", trigger: "any" });

    expect(begun.step("c", { use: "http@1", needs: ["a"] }).build().steps["c"]?.needs).toEqual([
      "a",
    ]);
  });
});
