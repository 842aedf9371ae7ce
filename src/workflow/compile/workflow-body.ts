import { z } from "zod";

import { isShallow, jsonBytes, TEMPLATE_DEPTH_MAX } from "../../bounds.ts";
import { durationText } from "../../kernel/rules/duration.ts";
import { err, ok, type Result } from "../../result.ts";
import { formatIssue } from "./check-with.ts";
import { Problems, type WorkflowProblem } from "./workflow-problem.ts";

/** Maximum number of steps of a workflow. */
export const STEPS_MAX = 1_000;
const NEEDS_MAX = 1_000;
/** Maximum number of fallbacks (alternative work after a failure) of a step. */
export const FALLBACKS_MAX = 5;
/** Maximum bytes of a workflow as JSON. */
export const BODY_BYTES_MAX = 512 * 1_024;

/** A name of a step. */
const STEP_NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/;
/** Matches a valid name of a workflow. */
export const WORKFLOW_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
/** `name@major`. Step types that work in one place only have a dot, such as `ingest.file@1`. */
const HANDLER_NAME = /^[a-z][a-z0-9._-]{0,63}@[1-9][0-9]{0,3}$/;

const Timeout = durationText("1ms", "30d");
const Backoff = durationText("0ms", "1d");
const Template = z
  .unknown()
  .refine(
    (value) => isShallow(value, TEMPLATE_DEPTH_MAX),
    `must be nested at most ${TEMPLATE_DEPTH_MAX} deep`,
  );

const Retry = z.strictObject({
  attempts: z.int().min(1).max(100).exactOptional(),
  base: Backoff.exactOptional(),
  cap: Backoff.exactOptional(),
});
const WireTimeouts = z.strictObject({
  attempt: Timeout.exactOptional(),
  queue: Timeout.exactOptional(),
  total: Timeout.exactOptional(),
});
const WORK = {
  use: z.string().regex(HANDLER_NAME, 'must be name@major, such as "http@1"'),
  with: Template.exactOptional(),
  retry: Retry.exactOptional(),
  timeout: WireTimeouts.exactOptional(),
};
const Work = z.strictObject(WORK);

const WorkflowStep = z.strictObject({
  ...WORK,
  needs: z.array(z.string()).max(NEEDS_MAX).readonly().exactOptional(),
  trigger: z.enum(["all_success", "all_done", "one_failed", "none_failed"]).exactOptional(),
  when: z.string().exactOptional(),
  map: z
    .strictObject({ over: z.string(), concurrency: z.int().min(1).max(100).exactOptional() })
    .exactOptional(),
  fallback: z.array(Work).max(FALLBACKS_MAX).readonly().exactOptional(),
  undo: Work.exactOptional(),
  lane: z.enum(["interactive", "default", "batch"]).exactOptional(),
  on_exhausted: z.enum(["fail", "pause", "human"]).exactOptional(),
});

const StepName = z
  .string()
  .regex(
    STEP_NAME,
    "must be letters, digits and _, begin with a letter, and have at most 64 characters",
  );

/**
 * The schema of a workflow: the form that clients send and that is stored. Name and description are stored separately.
 */
export const WorkflowBody = z.strictObject({
  steps: z
    .record(StepName, WorkflowStep, {
      error: ({ code }) =>
        code === "invalid_type" ? "must be an object: steps by their names" : undefined,
    })
    .refine((steps) => Object.keys(steps).length > 0, "must have at least one step"),
  output: Template.exactOptional(),
});

/** A workflow in the form that clients send, with a valid shape; `compileWorkflow` checks the rest. */
export type WorkflowBody = z.infer<typeof WorkflowBody>;
/** A step of a workflow in the form that clients send. */
export type WorkflowStep = z.infer<typeof WorkflowStep>;
/** A unit of work of a step, a fallback or an undo, in the form that clients send. */
export type WireWork = z.infer<typeof Work>;

/**
 * Checks the shape of a workflow from parsed JSON. Returns the workflow, or its problems. `compileWorkflow` then checks
 * its graph, expressions and parameters.
 */
export function readWorkflowBody(json: unknown): Result<WorkflowBody, readonly WorkflowProblem[]> {
  const problems = new Problems();
  // Checked before any code visits every step.
  const count = stepNames(json).length;
  if (count > STEPS_MAX) {
    problems.add(["steps"], "too_many_steps", tooManySteps(count));
    return err(problems.all());
  }
  for (const name of stepNames(json)) {
    // The schema would silently drop one of these names.
    if (!(name in Object.prototype)) continue;
    const message = `A step cannot be named "${name}", which is a built-in member of objects: choose another name`;
    problems.add(["steps", name], "invalid", message);
  }
  const body = WorkflowBody.safeParse(json);
  for (const issue of body.error?.issues ?? []) {
    const path = issue.path.map(String);
    problems.add(path, "invalid", formatIssue(issue, json, path));
  }
  const found = problems.all();
  if (!body.success || found.length > 0) return err(found);
  const bytes = jsonBytes(json);
  if (bytes > BODY_BYTES_MAX) {
    const message = `The workflow has ${bytes} bytes of JSON, at most ${BODY_BYTES_MAX} are allowed: move texts into the input`;
    problems.add([], "too_large", message);
    return err(problems.all());
  }
  return ok(body.data);
}

/** Returns the message for a workflow with more steps than `STEPS_MAX`. */
export const tooManySteps = (count: number) =>
  `The workflow has ${count} steps, at most ${STEPS_MAX} are allowed: split it with workflow@1, or use map`;

function stepNames(json: unknown): readonly string[] {
  if (typeof json !== "object" || json === null || !("steps" in json)) return [];
  const { steps } = json;
  return typeof steps === "object" && steps !== null ? Object.keys(steps) : [];
}
