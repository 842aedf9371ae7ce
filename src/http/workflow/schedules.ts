import { z } from "zod";

import { jsonBytes } from "../../bounds.ts";
import { isScheduleId, newId, newKey, type ScheduleId } from "../../ids.ts";
import { RUN_INPUT_BYTES_MAX } from "../../kernel/rules/run/run-input.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import { CATCH_UPS, OVERLAPS } from "../../workflow/schedule/due-ticks.ts";
import type {
  ListedSchedule,
  ScheduleSettings,
  ScheduleView,
  TriggeredRun,
} from "../../workflow/schedule/schedule-types.ts";
import { parseReference } from "../../workflow/stored-workflow.ts";
import { deletion, listBody, type ListQuery, declareList, declareListQuery } from "../list.ts";
import { readIdempotencyKey } from "../request/idempotency-key.ts";
import { RUN_PARAM, SCHEDULE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import {
  ListedScheduleBody,
  listedScheduleBody,
  ScheduleBody,
  scheduleBody,
  TriggerBody,
  triggerBody,
} from "./schedule-body.ts";

/** The dependencies of the routes of schedules. */
export type ScheduleDeps = {
  /** Tests whether the project has a workflow. `reference` is `name` or `name@version`. */
  hasWorkflow(reference: string): Promise<boolean>;
  create(id: ScheduleId, settings: ScheduleSettings): Promise<Result<ScheduleView, Refusal>>;
  read(id: ScheduleId): Promise<Result<ScheduleView, Refusal>>;
  update(
    id: ScheduleId,
    changes: Partial<ScheduleSettings>,
  ): Promise<Result<ScheduleView, Refusal>>;
  remove(id: ScheduleId): Promise<Result<null, Refusal>>;
  trigger(id: ScheduleId, key: string): Promise<Result<TriggeredRun, Refusal>>;
  list(query: ListQuery): Promise<{ schedules: ListedSchedule[]; hasMore: boolean }>;
};

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

const CreateBody = z.strictObject({
  workflow: WorkflowParam,
  cron: Cron,
  time_zone: TimeZone.default("UTC"),
  input: InputParam.optional(),
  catch_up: CatchUpParam.default("latest"),
  overlap: OverlapParam.default("skip"),
  paused: Paused.default(false),
  metadata: MetadataParam.optional(),
});

const UpdateBody = z.strictObject({
  workflow: WorkflowParam.optional(),
  cron: Cron.optional(),
  time_zone: TimeZone.optional(),
  input: InputParam.optional(),
  catch_up: CatchUpParam.optional(),
  overlap: OverlapParam.optional(),
  paused: Paused.optional(),
  metadata: MetadataParam.optional(),
});

const SUMMARY_EXAMPLE = {
  id: SCHEDULE_PARAM.example,
  object: "workflow.schedule",
  created_at: 1_795_000_000,
  workflow: "refund",
  cron: "0 9 * * 1-5",
  time_zone: "Europe/Berlin",
  catch_up: "latest",
  overlap: "skip",
  paused: false,
  metadata: {},
  next_at: 1_795_068_000,
  last_at: null,
  last_run_id: null,
  waiting: 0,
  skipped: 0,
  last_error: null,
} as const;
const EXAMPLE = {
  ...SUMMARY_EXAMPLE,
  input: { order: "A-17" },
  next_times: [1_795_068_000, 1_795_154_400],
} satisfies z.input<typeof ScheduleBody>;

const TRIGGERED_EXAMPLE = {
  runId: `run_${RUN_PARAM.example.slice(4)}` as const,
  at: 1_795_000_000_000,
};

const DELETED = deletion("workflow.schedule.deleted");
const route = routesWith<ScheduleDeps>();
const OF_PROJECT = { access: "project", tag: "Schedules", ours: true } as const;
const params = { schedule_id: SCHEDULE_PARAM };
const ONE = "/v1/schedules/{schedule_id}";

/** The routes of schedules, an extension by Edgewise: workflows that are started at the times of a cron expression. */
export const scheduleRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/schedules",
      summary: "Create a schedule",
      body: CreateBody,
      response: ScheduleBody,
      refusals: ["workflow_not_found"],
      example: {
        body: { workflow: "refund", cron: "0 9 * * 1-5", time_zone: "Europe/Berlin" },
        response: EXAMPLE,
      },
    },
    ({ deps, body }) => createSchedule(deps, body),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/schedules",
      summary: "List schedules",
      query: declareListQuery("a schedule", isScheduleId),
      response: declareList(ListedScheduleBody),
      example: { response: listBody([{ ...SUMMARY_EXAMPLE, as_of: 1_795_000_001 }], 20) },
    },
    async ({ deps, query }) => {
      const { schedules, hasMore } = await deps.list(query);
      return ok({ ...listBody(schedules.map(listedScheduleBody), query.limit), has_more: hasMore });
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: ONE,
      summary: "Get a schedule",
      params,
      response: ScheduleBody,
      example: { response: EXAMPLE },
    },
    async ({ deps, params: { schedule_id: id } }) => shown(await deps.read(id)),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: ONE,
      summary: "Change a schedule",
      description: "Also pauses and resumes it.",
      params,
      body: UpdateBody,
      response: ScheduleBody,
      refusals: ["workflow_not_found"],
      example: { body: { paused: true }, response: { ...EXAMPLE, paused: true, next_at: null } },
    },
    ({ deps, params: { schedule_id: id }, body }) => updateSchedule(deps, id, body),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: ONE,
      summary: "Delete a schedule",
      description: "Runs that it has started continue.",
      params,
      response: DELETED.schema,
      example: { response: DELETED.body(SCHEDULE_PARAM.example) },
    },
    async ({ deps, params: { schedule_id: id } }) => {
      const removed = await deps.remove(id);
      return removed.ok ? ok(DELETED.body(id)) : removed;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: `${ONE}/trigger`,
      summary: "Trigger a schedule",
      description:
        "Starts a run now. A repeated request with the same `Idempotency-Key` returns the same run.",
      params,
      response: TriggerBody,
      status: 202,
      refusals: ["invalid_request", "workflow_not_found"],
      example: { response: triggerBody(SCHEDULE_PARAM.example, TRIGGERED_EXAMPLE) },
    },
    async ({ c, deps, params: { schedule_id: id } }) => {
      const key = readIdempotencyKey(c);
      if (!key.ok) return key;
      // Without the caller's key, every request starts its own run.
      const run = await deps.trigger(id, key.value ?? newKey());
      return run.ok ? ok(triggerBody(id, run.value)) : run;
    },
  ),
];

const shown = (schedule: Result<ScheduleView, Refusal>) =>
  schedule.ok ? ok(scheduleBody(schedule.value)) : schedule;

async function createSchedule(deps: ScheduleDeps, body: z.output<typeof CreateBody>) {
  const { workflow, cron, overlap, metadata = {}, ...given } = body;
  if (!(await deps.hasWorkflow(workflow))) return err(noWorkflow(workflow));
  const settings = {
    workflow,
    cron,
    overlap,
    metadata,
    input: given.input ?? null,
    timeZone: given.time_zone,
    catchUp: given.catch_up,
    isPaused: given.paused,
  };
  return shown(await deps.create(newId("sched_"), settings));
}

async function updateSchedule(
  deps: ScheduleDeps,
  id: ScheduleId,
  body: z.output<typeof UpdateBody>,
) {
  const { workflow, cron, time_zone, input, catch_up, overlap, paused, metadata } = body;
  if (workflow !== undefined && !(await deps.hasWorkflow(workflow))) {
    return err(noWorkflow(workflow));
  }
  const changes = {
    ...(workflow === undefined ? {} : { workflow }),
    ...(cron === undefined ? {} : { cron }),
    ...(time_zone === undefined ? {} : { timeZone: time_zone }),
    ...(input === undefined ? {} : { input }),
    ...(catch_up === undefined ? {} : { catchUp: catch_up }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(paused === undefined ? {} : { isPaused: paused }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return shown(await deps.update(id, changes));
}

const noWorkflow = (reference: string): Refusal => ({
  code: "workflow_not_found",
  message: `The workflow '${shorten(reference)}' does not exist. Save it before you schedule it.`,
  param: "workflow",
});
