import { describe, it } from "vitest";

import { createWorkflowProject, echo } from "./workflow-project.ts";

describe("POST /v1/runs", () => {
  it("runs a workflow that was posted and shows what its steps came to", async ({ expect }) => {
    const { post, settled } = await createWorkflowProject();
    await post("/workflows", {
      name: "greeting",
      steps: {
        name: echo("${input.name}"),
        greet: echo("Hello ${steps.name.output}", { needs: ["name"] }),
      },
      output: { text: "${steps.greet.output}" },
    });

    const started = await post("/runs", {
      workflow: "greeting",
      input: { name: "Ada" },
      metadata: { case: "7" },
    });
    const run = await settled(started.json.id);

    expect(started.status).toBe(200);
    expect(run).toMatchObject({
      object: "workflow.run",
      id: started.json.id,
      workflow: "greeting",
      workflow_version: 1,
      status: "completed",
      metadata: { case: "7" },
      error: null,
      waiting_for: [],
      input: { name: "Ada" },
      output: { text: "Hello Ada" },
      steps: [
        { name: "name", use: "transform@1", status: "completed", output: "Ada" },
        { name: "greet", status: "completed", output: "Hello Ada", output_bytes: 11 },
      ],
    });
  });
});
