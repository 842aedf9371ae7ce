import { z } from "zod";

import { compileWorkflow } from "../../../../src/workflow/compile/compile-workflow.ts";
import type { StepTypes } from "../../../../src/workflow/compile/step-types.ts";
import type { WorkflowBody, WorkflowStep } from "../../../../src/workflow/compile/workflow-body.ts";

/** The step types of these tests. */
const HANDLERS: StepTypes = {
  "work@1": {},
  "once.only@1": { once: true },
  "http@1": {
    with: z.strictObject({
      url: z.url(),
      method: z.enum(["GET", "POST"]).optional(),
      retries: z.int().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.union([z.string(), z.strictObject({ id: z.int() })]).optional(),
    }),
  },
};
/** A step of a workflow without settings. */
export const WORK: WorkflowStep = { use: "work@1" };

/** Compiles a workflow named `test` with these steps and this output. Returns the definition, or the problems. */
export const compile = (steps: WorkflowBody["steps"], output?: unknown) =>
  compileWorkflow("test", { steps, ...(output !== undefined && { output }) }, HANDLERS);
/** Lists the problems of a workflow with these steps, one line each. */
export const listProblems = (steps: WorkflowBody["steps"], output?: unknown) => {
  const compiled = compile(steps, output);
  return compiled.ok ? [] : compiled.error.map((p) => `${p.path} ${p.code}: ${p.message}`);
};
/** Lists the problems of a workflow with the step `x`, which needs the step `a` and not the step `other`. */
export const listStepProblems = (step: Partial<WorkflowStep>) =>
  listProblems({ a: WORK, other: WORK, x: { ...WORK, needs: ["a"], ...step } });
