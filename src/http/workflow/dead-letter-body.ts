import { z } from "zod";

import { LANES } from "../../kernel/rules/step/queue.ts";
import {
  type DeadLetter,
  LETTER_KEPT_MS,
  LETTER_KINDS,
  LETTER_STATUSES,
} from "../../workflow/dead-letters/dead-letter.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { DEAD_LETTER_PARAM, RUN_PARAM } from "../route/param.ts";

const Seconds = z.number().int().describe("Unix seconds.");
const AttemptBody = z.strictObject({
  at: z.number().describe("Time of the failure, in Unix seconds with milliseconds."),
  step: z.string().describe("Name of the step, or of an item of it."),
  attempt: z.number().int().nullable().describe("Number of the attempt, from 1, if it is known."),
  message: z.string().describe("The error in words."),
});

/** The schema of the kind of a dead letter's job. */
export const LetterKindSchema = z.enum(LETTER_KINDS);
/** The schema of the lane of a dead letter's job. */
export const LaneSchema = z.enum(LANES);
/** The schema of the status of a dead letter. */
export const LetterStatusSchema = z.enum(LETTER_STATUSES);

/** The schema of a dead letter. Its job is named by ids; the letter has no texts of it. */
export const DeadLetterBody = z
  .strictObject({
    id: z.string().describe("Id of the dead letter."),
    object: objectType("dead_letter"),
    created_at: Seconds.describe("Time at which the job was last given up, in Unix seconds."),
    expires_at: Seconds.describe("Time at which the letter is erased, in Unix seconds."),
    kind: LetterKindSchema.describe(
      "The job: the indexing of a `file`, a `response` in the background, a `run`, or the start of a run by a `schedule`.",
    ),
    lane: LaneSchema.describe("The lane in which the job waited."),
    status: LetterStatusSchema.describe(
      "`open`, `scheduled` for a redrive, `redriven` while the job runs again, or how the job has ended since.",
    ),
    job: z
      .strictObject({
        file_id: z.string().optional().describe("Of a `file`: its id."),
        vector_store_id: z.string().optional().describe("Of a `file`: its vector store."),
        response_id: z.string().optional().describe("Of a `response`: its id."),
        run_id: z.string().optional().describe("Of a `run`: its id."),
        schedule_id: z.string().optional().describe("Of a `schedule`: its id."),
        scheduled_for: Seconds.optional().describe(
          "Of a `schedule`: the scheduled time, in Unix seconds.",
        ),
      })
      .describe("The ids by which the job is found."),
    workflow: z.string().describe("Name of the workflow that the job ran."),
    definition_hash: z.string().describe("SHA-256 of the workflow's definition."),
    attempts: z.number().int().describe("Number of failed attempts at the step."),
    error: z
      .strictObject({
        step: z.string().describe("The step that failed for good."),
        message: z.string().describe("The error in words."),
      })
      .describe("The reason why the job was given up."),
    errors: z.array(AttemptBody).describe("The last failed attempts, up to 20, oldest first."),
    redrive_at: Seconds.nullable().describe(
      "Of a `scheduled` letter: the time of its redrive, in Unix seconds.",
    ),
    redrive_error: z
      .string()
      .nullable()
      .describe("The reason why the last redrive of many left the letter out; null without one."),
  })
  .register(COMPONENTS, { id: "DeadLetter" });

/** A dead letter, for the examples of routes. */
export const LETTER_EXAMPLE = {
  id: DEAD_LETTER_PARAM.example,
  object: "dead_letter",
  created_at: 1_795_000_300,
  expires_at: 1_797_592_300,
  kind: "run",
  lane: "default",
  status: "open",
  job: { run_id: RUN_PARAM.example },
  workflow: "refund",
  definition_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  attempts: 1,
  error: { step: "charge", message: "The server answered with 503" },
  errors: [
    { at: 1_795_000_299.5, step: "charge", attempt: 1, message: "The server answered with 503" },
  ],
  redrive_at: null,
  redrive_error: null,
} satisfies z.input<typeof DeadLetterBody>;

/** Builds the response body for a dead letter. */
export function deadLetterBody(letter: DeadLetter): z.input<typeof DeadLetterBody> {
  const { id, lane, status, workflow, definitionHash, step, message, attempts, errors } = letter;
  const { diedAt, redriveAt, redriveError, job } = letter;
  return {
    id,
    object: "dead_letter",
    created_at: Math.floor(diedAt / 1000),
    expires_at: Math.floor((diedAt + LETTER_KEPT_MS) / 1000),
    kind: job.kind,
    lane,
    status,
    job: jobBody(letter),
    workflow,
    definition_hash: definitionHash,
    attempts,
    error: { step, message },
    errors: errors.map(({ at, ...failure }) => ({ ...failure, at: at / 1000 })),
    redrive_at: redriveAt && Math.floor(redriveAt / 1000),
    redrive_error: redriveError,
  };
}

function jobBody({ job }: Pick<DeadLetter, "job">): z.input<typeof DeadLetterBody>["job"] {
  switch (job.kind) {
    case "file":
      return { file_id: job.fileId, vector_store_id: job.storeId };
    case "response":
      return { response_id: job.responseId };
    case "run":
      return { run_id: job.runId };
    case "schedule":
      return { schedule_id: job.scheduleId, scheduled_for: Math.floor(job.tick / 1000) };
  }
}
