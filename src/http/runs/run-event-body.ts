import { z } from "zod";

import { EVENT_TYPES } from "../../kernel/rules/run/event.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { RUN_PARAM } from "../route/param.ts";

/** The schema of an event in the log of a run, in the shape that clients see. */
export const RunEventBody = z
  .strictObject({
    id: z.string().describe("The number of the event, as text."),
    object: objectType("workflow.run.event"),
    sequence_number: z.number().int().describe("The number of the event in its run, from 1."),
    run_id: z.string().describe("Id of the run."),
    type: z.enum(EVENT_TYPES).describe("Kind of the event."),
    created_at: z.number().describe("Time of the event, in Unix seconds with milliseconds."),
    step: z
      .string()
      .nullable()
      .describe("Name of the step that it happened to; null when it concerns the run."),
    detail: z
      .strictObject({
        message: z.string().optional().describe("The error, in words."),
        reason: z
          .string()
          .optional()
          .describe(
            "Reason why the step was skipped or held, as a word; or the reason that came with a signal.",
          ),
        signal: z.string().optional().describe("Name of the signal."),
        actor: z
          .string()
          .nullable()
          .optional()
          .describe("Sender of the signal; null when it names none."),
        waits_for: z.string().optional().describe("The signal or event that the step waits for."),
        until: z
          .number()
          .nullable()
          .optional()
          .describe(
            "Time at which the wait ends by itself, in Unix seconds; null when it does not.",
          ),
        attempt: z.number().int().optional().describe("Number of the attempt, from 1."),
        use: z.string().optional().describe("Type of the step that this one fell back to."),
      })
      .nullable()
      .describe("Details of the event, by its type; null without any."),
  })
  .register(COMPONENTS, { id: "WorkflowRunEvent" });

/** An example of an event of a run, for the API description. */
export const EVENT_EXAMPLE = {
  id: "2",
  object: "workflow.run.event",
  sequence_number: 2,
  run_id: RUN_PARAM.example,
  type: "step.waiting",
  created_at: 1_795_000_000 + 0.02,
  step: "approve",
  detail: { waits_for: "signal approval", until: 1_795_000_000 + 86_400 },
} satisfies z.input<typeof RunEventBody>;
