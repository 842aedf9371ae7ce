import { z } from "zod";

import type { Definition } from "../../kernel/rules/definition.ts";
import { ok, type Result } from "../../result.ts";
import { WORKFLOW_NAME } from "../../workflow/compile/workflow-body.ts";
import type { WorkflowProblem } from "../../workflow/compile/workflow-problem.ts";
import type { WorkflowToSave } from "../../workflow/save-workflow.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { CREATES_NOTHING } from "../route/declaration.ts";
import { routesWith } from "../route/route.ts";

/** The dependency of the route that checks a workflow. */
export type CheckWorkflowRouteDeps = {
  check(
    workflow: Pick<WorkflowToSave, "name" | "body">,
  ): Promise<Result<{ readonly definition: Definition }, readonly WorkflowProblem[]>>;
};

const CheckBody = z.strictObject({
  name: z
    .string()
    .regex(WORKFLOW_NAME)
    .nullish()
    .describe("Name of the workflow, to find a step that starts the workflow itself."),
  steps: z.unknown().optional().describe("Steps by name; see docs/workflows.md."),
  output: z.unknown().optional().describe("A template of the run's output."),
});

const CheckedBody = z
  .strictObject({
    object: objectType("workflow.check"),
    valid: z.boolean().describe("True when the workflow can be saved."),
    problems: z
      .array(
        z.strictObject({
          path: z.string().describe("Place in the workflow, such as `steps.pay.with.url`."),
          code: z.string().describe("Kind of the problem."),
          message: z.string().describe("The problem in words."),
        }),
      )
      .describe("All problems; empty when it is valid."),
    steps: z
      .array(
        z.strictObject({
          name: z.string().describe("Name of the step."),
          use: z.string().describe("Type of the step, such as `http@1`."),
          needs: z.array(z.string()).describe("The steps that it runs after."),
        }),
      )
      .describe("The steps with the order that follows from them; empty unless it is valid."),
  })
  .register(COMPONENTS, { id: "WorkflowCheck" });

const STEPS = { steps: { approve: { use: "signal@1", with: { name: "approval" } } } };
const EXAMPLE = {
  object: "workflow.check",
  valid: true,
  problems: [],
  steps: [{ name: "approve", use: "signal@1", needs: [] }],
} satisfies z.input<typeof CheckedBody>;

const route = routesWith<CheckWorkflowRouteDeps>();

/** The route that checks a workflow without saving it, for editors. An extension by Edgewise. */
export const checkWorkflowRoutes = [
  route(
    {
      access: "project",
      tag: "Workflows",
      ours: true,
      method: "POST",
      path: "/v1/workflows/check",
      summary: "Check a workflow",
      description:
        "Finds all problems that saving would find, and saves nothing. A workflow with problems is answered with 200 too.",
      body: CheckBody,
      idempotency: CREATES_NOTHING,
      response: CheckedBody,
      example: { body: STEPS, response: EXAMPLE },
    },
    async ({ deps, body: { name, ...body } }) => {
      const checked = await deps.check({ name: name ?? "unnamed", body });
      const steps = checked.ok ? Object.entries(checked.value.definition.steps) : [];
      return ok({
        object: "workflow.check" as const,
        valid: checked.ok,
        problems: checked.ok ? [] : checked.error.map(toProblem),
        steps: steps.map(([step, { use, needs = [] }]) => ({ name: step, use, needs })),
      });
    },
  ),
];

const toProblem = ({ path, code, message }: WorkflowProblem) => ({ path, code, message });
