import { z } from "zod";

import { EVENT_TYPES } from "../../kernel/rules/run/event.ts";
import { COMPONENTS } from "../route/components.ts";
import { RUN_PARAM } from "../route/param.ts";

const Seconds = z.number().describe("Unix seconds with milliseconds.");
/** The status of a workflow run. */
export const RunStatusSchema = z.enum([
  "running",
  "paused",
  "undoing",
  "completed",
  "failed",
  "cancelled",
]);
const RunErrorBody = z.strictObject({ step: z.string(), message: z.string() });

/** One wait of a run, and the signal that ends it. */
const WaitBody = z.strictObject({
  step: z
    .string()
    .describe(
      "Name of the step; in a sub-workflow, after the step that started it: `refund/approve`.",
    ),
  for: z.enum(["signal", "decision", "resume", "time"]),
  signal: z.string().nullable().describe("The name of the signal to send."),
  requires: z.array(z.string()),
  event: z
    .number()
    .int()
    .nullable()
    .describe("The lowest event number that a decision may refer to."),
  until: Seconds.nullable(),
});

const AttemptBody = z.strictObject({
  attempt: z.number().int(),
  started_at: Seconds,
  ended_at: Seconds.nullable(),
  error: z.string().nullable(),
});

const STEP = {
  name: z.string(),
  use: z.string(),
  status: z.enum([
    "pending",
    "running",
    "waiting",
    "paused",
    "completed",
    "failed",
    "skipped",
    "cancelled",
  ]),
  attempt: z.number().int(),
  started_at: Seconds.nullable().describe("Null for a step without external effects."),
  ended_at: Seconds.nullable(),
  next_at: Seconds.nullable().describe("When the next attempt begins, or the wait ends."),
  attempts: z.array(AttemptBody).describe("The most recent attempts."),
  error: z.string().nullable(),
  output: z.unknown(),
  output_bytes: z
    .number()
    .int()
    .nullable()
    .describe("Size of the output as JSON; `output` is null when it is too large to be included."),
  get items() {
    return z.array(StepBody).nullable();
  },
  get undo() {
    return StepBody.nullable();
  },
};
const StepBody = z.strictObject(STEP);
// Separate, since a schema that contains itself has no type before its declaration ends.
StepBody.register(COMPONENTS, { id: "WorkflowRunStep" });

/** A run of a workflow. `created_at` and `settled_at` are Unix seconds. */
export const WorkflowRunBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("workflow.run"),
    workflow: z.string(),
    workflow_version: z.number().int(),
    workflow_hash: z.string(),
    status: RunStatusSchema,
    created_at: z.number().int(),
    settled_at: z.number().int().nullable(),
    metadata: z.record(z.string(), z.string()),
    error: RunErrorBody.nullable(),
    event: z.number().int().describe("Number of the last event."),
    waiting_for: z.array(WaitBody),
    input: z.unknown(),
    input_bytes: z.number().int(),
    output: z.unknown(),
    output_bytes: z.number().int().nullable(),
    steps: z.array(StepBody),
  })
  .register(COMPONENTS, { id: "WorkflowRun" });

/** A step with its complete output, and the run that it started. */
export const StepDetailBody = z
  .strictObject({
    ...STEP,
    object: z.literal("workflow.run.step"),
    run: WorkflowRunBody.pick({ status: true, error: true, event: true, steps: true }).nullable(),
  })
  .register(COMPONENTS, { id: "WorkflowRunStepDetail" });

/** A run in a list, as of `as_of`. */
export const RunSummaryBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("workflow.run"),
    workflow: z.string(),
    workflow_version: z.number().int(),
    status: RunStatusSchema,
    created_at: z.number().int(),
    settled_at: z.number().int().nullable(),
    metadata: z.record(z.string(), z.string()),
    error: RunErrorBody.nullable(),
    as_of: Seconds,
  })
  .register(COMPONENTS, { id: "WorkflowRunSummary" });

/** One event of a run. */
export const RunEventBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("workflow.run.event"),
    sequence_number: z.number().int(),
    run_id: z.string(),
    type: z.enum(EVENT_TYPES),
    created_at: Seconds,
    step: z.string().nullable(),
    detail: z
      .strictObject({
        message: z.string().optional(),
        reason: z.string().optional(),
        signal: z.string().optional(),
        actor: z.string().nullable().optional(),
        waits_for: z.string().optional(),
        until: Seconds.nullable().optional(),
        attempt: z.number().int().optional(),
        use: z.string().optional(),
      })
      .nullable(),
  })
  .register(COMPONENTS, { id: "WorkflowRunEvent" });

/** The receipt of a signal. */
export const ReceiptBody = z.strictObject({
  status: z.enum(["consumed", "kept"]),
  step: z.string().nullable(),
});

const CREATED_AT = 1_795_000_000;

/** A step for the API description. */
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

/** A run in a list, for the API description. */
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

/** A run for the API description. */
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

/** An event for the API description. */
export const EVENT_EXAMPLE = {
  id: "2",
  object: "workflow.run.event",
  sequence_number: 2,
  run_id: RUN_PARAM.example,
  type: "step.waiting",
  created_at: CREATED_AT + 0.02,
  step: "approve",
  detail: { waits_for: "signal approval", until: CREATED_AT + 86_400 },
} satisfies z.input<typeof RunEventBody>;
