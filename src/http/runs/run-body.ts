import { z } from "zod";

import { CreatedAt, MetadataBody, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { RUN_PARAM } from "../route/param.ts";

const Seconds = z.number().describe("Unix seconds with milliseconds.");
/** The schema of the status of a run. */
export const RunStatusSchema = z
  .enum(["running", "paused", "undoing", "completed", "failed", "cancelled"])
  .describe(
    "Progress of the run. `undoing` while completed steps are undone; `completed`, `failed` and `cancelled` are final until a retry.",
  );
const RunErrorBody = z
  .strictObject({
    step: z.string().describe("Name of the step that failed."),
    message: z.string().describe("The error in words."),
  })
  .nullable()
  .describe("Error of the run; null unless it failed.");
const WorkflowName = z.string().describe("Name of the workflow.");
const WorkflowVersion = z.number().int().describe("Version of the workflow that the run follows.");
const RunId = z.string().describe("Id of the run.");
const SettledAt = z
  .number()
  .int()
  .nullable()
  .describe("End of the run, in Unix seconds; null while it is open.");

/** The schema of one wait of a run, and of the signal that ends it. */
export const RunWaitBody = z.strictObject({
  step: z
    .string()
    .describe(
      "Name of the step; in a sub-workflow, after the step that started it: `refund/approve`.",
    ),
  for: z
    .enum(["signal", "decision", "resume", "time"])
    .describe(
      "The event that ends the wait: a signal, the decision of a person, a resume of the run, or time.",
    ),
  signal: z
    .string()
    .nullable()
    .describe("The name of the signal to send; null when none ends the wait."),
  requires: z
    .array(z.string())
    .describe("Members that the signal must have, such as `actor` and `reason`."),
  event: z
    .number()
    .int()
    .nullable()
    .describe("The lowest event number that a decision may refer to."),
  until: Seconds.nullable().describe(
    "Time at which the wait ends by itself, in Unix seconds; null when it does not.",
  ),
});

const AttemptBody = z.strictObject({
  attempt: z.number().int().describe("Number of the attempt, from 1."),
  started_at: Seconds.describe("Start of the attempt, in Unix seconds with milliseconds."),
  ended_at: Seconds.nullable().describe(
    "End of the attempt, in Unix seconds with milliseconds; null while it runs.",
  ),
  error: z.string().nullable().describe("Error of the attempt; null unless it failed."),
});

const STEP = {
  name: z
    .string()
    .describe("Name of the step; of an item `notify[3]`, of undo work `charge~undo`."),
  use: z.string().describe("Type of the step, such as `http@1`."),
  status: z
    .enum([
      "pending",
      "running",
      "waiting",
      "paused",
      "completed",
      "failed",
      "skipped",
      "cancelled",
    ])
    .describe("Progress of the step."),
  attempt: z.number().int().describe("Number of attempts that have begun."),
  started_at: Seconds.nullable().describe("Null for a step without external effects."),
  ended_at: Seconds.nullable().describe(
    "End of the step, in Unix seconds with milliseconds; null until then.",
  ),
  next_at: Seconds.nullable().describe(
    "Start of the next attempt, or end of the wait, in Unix seconds with milliseconds; null without either.",
  ),
  attempts: z.array(AttemptBody).describe("The most recent attempts, up to 10, oldest first."),
  error: z
    .string()
    .nullable()
    .describe(
      "Reason why the last attempt failed, the step was skipped, or it does not continue; null without any.",
    ),
  output: z
    .unknown()
    .describe(
      "The step's output; null until it completes, and when it is too large to be included.",
    ),
  output_bytes: z
    .number()
    .int()
    .nullable()
    .describe("Size of the output as JSON; `output` is null when it is too large to be included."),
  get items() {
    return z
      .array(StepBody)
      .nullable()
      .describe("The items of a `map` step, each like a step; null for others.");
  },
  get undo() {
    return StepBody.nullable().describe(
      "The work that undoes the step, like a step; null without any.",
    );
  },
};
const StepBody = z.strictObject(STEP);
// Separate, since a schema that contains itself has no type before its declaration ends.
StepBody.register(COMPONENTS, { id: "WorkflowRunStep" });

/** The schema of a run of a workflow. `created_at` and `settled_at` are Unix seconds. */
export const WorkflowRunBody = z
  .strictObject({
    id: RunId,
    object: objectType("workflow.run"),
    workflow: WorkflowName,
    workflow_version: WorkflowVersion,
    workflow_hash: z.string().describe("Hash of that version; equal workflows have equal hashes."),
    status: RunStatusSchema,
    created_at: CreatedAt,
    settled_at: SettledAt,
    metadata: MetadataBody,
    error: RunErrorBody,
    event: z.number().int().describe("Number of the last event."),
    waiting_for: z.array(RunWaitBody).describe("The waits of the run and of its sub-workflows."),
    input: z.unknown().describe("The input of the run; null when it is too large to be included."),
    input_bytes: z.number().int().describe("Size of the input as JSON, in bytes."),
    output: z
      .unknown()
      .describe(
        "The output of the run; null until it completes, and when it is too large to be included.",
      ),
    output_bytes: z
      .number()
      .int()
      .nullable()
      .describe("Size of the output as JSON, in bytes; null until the run completes."),
    steps: z.array(StepBody).describe("The steps of the run."),
    queue_position: z
      .int()
      .nullable()
      .optional()
      .describe(
        "An estimate of the place in its lane of the run's next step that waits for a consumer: 1 for the next that is sent, 0 once it was sent, null if none waits. Present when `include` names `edgewise.queue_position`.",
      ),
  })
  .register(COMPONENTS, { id: "WorkflowRun" });

/** The schema of one step of a run, with the step's whole output and the sub-workflow run that it started. */
export const StepDetailBody = z
  .strictObject({
    ...STEP,
    object: objectType("workflow.run.step"),
    run: WorkflowRunBody.pick({ status: true, error: true, event: true, steps: true })
      .nullable()
      .describe("The run that the step started; null for steps that start none."),
  })
  .register(COMPONENTS, { id: "WorkflowRunStepDetail" });

/**
 * The schema of a run in a list. An entry may be older than the run's present state; `as_of` is the time of the state
 * that it shows.
 */
export const RunSummaryBody = z
  .strictObject({
    id: RunId,
    object: objectType("workflow.run"),
    workflow: WorkflowName,
    workflow_version: WorkflowVersion,
    status: RunStatusSchema,
    created_at: CreatedAt,
    settled_at: SettledAt,
    metadata: MetadataBody,
    error: RunErrorBody,
    as_of: Seconds.describe("The time whose state this is, in Unix seconds with milliseconds."),
  })
  .register(COMPONENTS, { id: "WorkflowRunSummary" });

/** The schema of the response body for a signal that a run has accepted. */
export const ReceiptBody = z.strictObject({
  status: z
    .enum(["consumed", "kept"])
    .describe("`consumed` when a step took the signal; `kept` until a step waits for it."),
  step: z
    .string()
    .nullable()
    .describe("Name of the step that took the signal; null while it is kept."),
});

const CREATED_AT = 1_795_000_000;

/** An example of a step, for the API description. */
export const STEP_EXAMPLE = {
  name: "approve",
  use: "signal@1",
  status: "waiting",
  attempt: 0,
  started_at: null,
  ended_at: null,
  next_at: CREATED_AT + 86_400,
  attempts: [],
  error: null,
  output: null,
  output_bytes: null,
  items: null,
  undo: null,
} satisfies z.input<typeof StepBody>;

/** An example of a run in a list, for the API description. */
export const RUN_SUMMARY_EXAMPLE = {
  id: RUN_PARAM.example,
  object: "workflow.run",
  workflow: "refund",
  workflow_version: 3,
  status: "running",
  created_at: CREATED_AT,
  settled_at: null,
  metadata: {},
  error: null,
  as_of: CREATED_AT + 0.25,
} satisfies z.input<typeof RunSummaryBody>;

/** An example of a run, for the API description. */
export const RUN_EXAMPLE = {
  id: RUN_PARAM.example,
  object: "workflow.run",
  workflow: "refund",
  workflow_version: 3,
  workflow_hash: "9f2c5e0a7b1d4c3e",
  status: "running",
  created_at: CREATED_AT,
  settled_at: null,
  metadata: {},
  error: null,
  event: 2,
  waiting_for: [
    {
      step: "approve",
      for: "signal",
      signal: "approval",
      requires: ["actor", "reason"],
      event: 2,
      until: CREATED_AT + 86_400,
    },
  ],
  input: { order: "A-17" },
  input_bytes: 16,
  output: null,
  output_bytes: null,
  steps: [STEP_EXAMPLE],
} satisfies z.input<typeof WorkflowRunBody>;
