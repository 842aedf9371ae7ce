import { describe, it } from "vitest";

import { createWorkflowProject } from "./workflow-project.ts";

const ASK = { use: "signal@1", with: { name: "approval" } };

describe("POST /v1/workflows/check", () => {
  it("finds what saving would find, and saves nothing", async ({ expect }) => {
    const { post, get } = await createWorkflowProject();
    const broken = { name: "flow", steps: { ask: ASK, tell: { use: "nothing@1", with: {} } } };
    const checked = await post("/workflows/check", broken);
    const saved = await post("/workflows", broken);
    expect(checked).toMatchObject({ status: 200, json: { valid: false, steps: [] } });
    expect(saved.status).toBe(400);
    expect(checked.json).toMatchObject({ problems: Reflect.get(saved.json, "errors") });
    expect((await get("/workflows")).json.data).toEqual([]);
  });

  it("shows the order of the steps", async ({ expect }) => {
    const { post, get } = await createWorkflowProject();
    const tell = {
      use: "transform@1",
      with: { value: "${steps.ask.output.actor}" },
      needs: ["ask"],
    };
    const checked = await post("/workflows/check", { steps: { ask: ASK, tell } });
    expect(checked.json).toEqual({
      object: "workflow.check",
      valid: true,
      problems: [],
      steps: [
        { name: "ask", use: "signal@1", needs: [] },
        { name: "tell", use: "transform@1", needs: ["ask"] },
      ],
    });
    expect((await get("/workflows")).json.data).toEqual([]);
  });
});
