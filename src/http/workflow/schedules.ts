import type { z } from "zod";

import { isScheduleId, newKey, type ScheduleId } from "../../ids.ts";
import type { Refusal } from "../../refusal.ts";
import {
  type Created,
  createOnce,
  KEY_SPENT,
  type KeyClaim,
  type RequestKey,
} from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import type {
  AskedRun,
  ListedSchedule,
  ScheduleSettings,
  ScheduleView,
} from "../../workflow/schedule/schedule-types.ts";
import {
  deletion,
  listBody,
  listOfOne,
  declareList,
  declareListQuery,
  workflowFilter,
} from "../list.ts";
import { markReplayed, readIdempotencyKey, replayable } from "../request/idempotency-key.ts";
import { CHANGES } from "../route/declaration.ts";
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
import { CreateBody, UpdateBody } from "./schedule-param.ts";

const SchedulesQuery = declareListQuery("a schedule", isScheduleId).extend(
  workflowFilter("schedules"),
);

/** The dependencies of the routes of schedules. */
export type ScheduleDeps = {
  /** Tests whether the project has a workflow. `reference` is `name` or `name@version`. */
  hasWorkflow(reference: string): Promise<boolean>;
  /** Creates a schedule, once if the request has an idempotency key. */
  create(
    id: ScheduleId,
    settings: ScheduleSettings,
    claim: KeyClaim | null,
  ): Promise<Result<Created<ScheduleView>, Refusal>>;
  /** Finds the ids of what was created under an id with an idempotency key; null if nothing was. */
  madeWith(id: ScheduleId, claim: KeyClaim): Promise<Result<readonly string[] | null, Refusal>>;
  read(id: ScheduleId): Promise<Result<ScheduleView, Refusal>>;
  update(
    id: ScheduleId,
    changes: Partial<ScheduleSettings>,
  ): Promise<Result<ScheduleView, Refusal>>;
  remove(id: ScheduleId): Promise<Result<null, Refusal>>;
  trigger(id: ScheduleId, key: string): Promise<Result<AskedRun, Refusal>>;
  list(
    query: z.output<typeof SchedulesQuery>,
  ): Promise<{ schedules: ListedSchedule[]; hasMore: boolean }>;
};

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

/**
 * The routes of schedules, an extension by Edgewise. A schedule starts runs of a workflow at the times of a cron
 * expression.
 */
export const scheduleRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/schedules",
      summary: "Create a schedule",
      body: CreateBody,
      idempotency: "by key",
      response: ScheduleBody,
      refusals: ["workflow_not_found"],
      example: {
        body: { workflow: "refund", cron: "0 9 * * 1-5", time_zone: "Europe/Berlin" },
        response: EXAMPLE,
      },
    },
    async ({ c, deps, body, key }) => shown(replayable(c, await createSchedule(deps, body, key))),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/schedules",
      summary: "List schedules",
      watched: true,
      query: SchedulesQuery,
      response: declareList(ListedScheduleBody),
      example: { response: listOfOne({ ...SUMMARY_EXAMPLE, as_of: 1_795_000_001 }) },
    },
    async ({ deps, query }) => {
      const { schedules, hasMore } = await deps.list(query);
      return ok(listBody({ rows: schedules.map(listedScheduleBody), hasMore }));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: ONE,
      summary: "Get a schedule",
      watched: true,
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
      idempotency: CHANGES,
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
      description: "Starts a run now.",
      params,
      idempotency: "by key",
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
      if (!run.ok) return run;
      const { isReplayed, ...started } = run.value;
      return ok(triggerBody(id, markReplayed(c, { value: started, isReplayed })));
    },
  ),
];

const shown = (schedule: Result<ScheduleView, Refusal>) =>
  schedule.ok ? ok(scheduleBody(schedule.value)) : schedule;

async function createSchedule(
  deps: ScheduleDeps,
  body: z.output<typeof CreateBody>,
  key: RequestKey | null,
): Promise<Result<Created<ScheduleView>, Refusal>> {
  const { workflow, cron, overlap, metadata = {}, ...given } = body;
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
  return await createOnce(key, "sched_", {
    find: async (id, claim) => {
      const made = await deps.madeWith(id, claim);
      if (!made.ok || !made.value) return made.ok ? ok(null) : made;
      const schedule = await deps.read(id);
      return schedule.ok ? schedule : err(KEY_SPENT);
    },
    create: async (id, claim) => {
      if (!(await deps.hasWorkflow(workflow))) return err(noWorkflow(workflow));
      return await deps.create(id, settings, claim);
    },
  });
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
