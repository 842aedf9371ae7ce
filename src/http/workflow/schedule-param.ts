import { z } from "zod";

import { jsonBytes } from "../../bounds.ts";
import { RUN_INPUT_BYTES_MAX } from "../../kernel/rules/run/run-input.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import { CATCH_UPS, OVERLAPS } from "../../workflow/schedule/due-ticks.ts";
import { parseReference } from "../../workflow/stored-workflow.ts";

const WorkflowParam = z
  .string()
  .refine((text) => parseReference(text) !== null, "it is 'name' or 'name@version'")
  .describe(
    "The workflow to run: `name` for its latest version when a run starts, or `name@version`.",
  );
const Cron = z
  .string()
  .describe(
    "Times of the runs: minute, hour, day of month, month, day of week, as `0 9 * * 1-5`; or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.",
  );
const TimeZone = z
  .string()
  .describe("IANA name of the time zone in which `cron` is read; UTC by default.");
const CatchUpParam = z
  .enum(CATCH_UPS)
  .describe(
    "Times that were missed: `skip` all, run the `latest` (the default), or run `all`, at most 100.",
  );
const OverlapParam = z
  .enum(OVERLAPS)
  .describe(
    "A time that comes while a run is open: `allow` both, `skip` it (the default), or `queue` it, at most 100 of them.",
  );
const Paused = z.boolean().describe("A paused schedule starts no runs; false by default.");
const InputParam = z
  .unknown()
  .refine(
    (input) => jsonBytes(input) <= RUN_INPUT_BYTES_MAX,
    `must have at most ${RUN_INPUT_BYTES_MAX} bytes of JSON`,
  )
  .describe(
    `The input of each run: any JSON of at most ${RUN_INPUT_BYTES_MAX} bytes; null by default.`,
  );

/** The schema of a request to create a schedule. */
export const CreateBody = z.strictObject({
  workflow: WorkflowParam,
  cron: Cron,
  time_zone: TimeZone.default("UTC"),
  input: InputParam.optional(),
  catch_up: CatchUpParam.default("latest"),
  overlap: OverlapParam.default("skip"),
  paused: Paused.default(false),
  metadata: MetadataParam.optional(),
});

/** The schema of a request to change a schedule. */
export const UpdateBody = z.strictObject({
  workflow: WorkflowParam.optional(),
  cron: Cron.optional(),
  time_zone: TimeZone.optional(),
  input: InputParam.optional(),
  catch_up: CatchUpParam.optional(),
  overlap: OverlapParam.optional(),
  paused: Paused.optional(),
  metadata: MetadataParam.optional(),
});
