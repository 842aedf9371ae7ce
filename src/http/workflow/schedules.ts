import { Hono } from "hono";
import { z } from "zod";

import { isScheduleId, newId, newKey, type ScheduleId } from "../../ids.ts";
import { jsonBytes, RUN_INPUT_BYTES_MAX } from "../../kernel/rules/run/run-input.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { CATCH_UPS, OVERLAPS } from "../../workflow/schedule/due-ticks.ts";
import type {
  ListedSchedule,
  ScheduleSettings,
  ScheduleView,
  TriggeredRun,
} from "../../workflow/schedule/schedule-types.ts";
import { parseReference } from "../../workflow/stored-workflow.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { ListQuery, listBody } from "../list.ts";
import { problem } from "../problem.ts";
import { idempotencyKeyOf } from "../request/idempotency-key.ts";
import { readJson, readQuery } from "../request/request.ts";
import { listedScheduleBody, scheduleBody, triggerBody } from "./schedule-body.ts";

export type ScheduleDeps = {
  /** Whether the project has a workflow, by `name` or `name@version`. */
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
  .refine((text) => parseReference(text) !== null, "it is 'name' or 'name@version'");
const InputParam = z
  .unknown()
  .refine(
    (input) => jsonBytes(input) <= RUN_INPUT_BYTES_MAX,
    `at most ${RUN_INPUT_BYTES_MAX} bytes of JSON are kept`,
  );

const CreateBody = z.strictObject({
  workflow: WorkflowParam,
  cron: z.string(),
  time_zone: z.string().default("UTC"),
  input: InputParam.optional(),
  catch_up: z.enum(CATCH_UPS).default("latest"),
  overlap: z.enum(OVERLAPS).default("skip"),
  paused: z.boolean().default(false),
  metadata: MetadataParam.optional(),
});

const UpdateBody = z.strictObject({
  workflow: WorkflowParam.optional(),
  cron: z.string().optional(),
  time_zone: z.string().optional(),
  input: InputParam.optional(),
  catch_up: z.enum(CATCH_UPS).optional(),
  overlap: z.enum(OVERLAPS).optional(),
  paused: z.boolean().optional(),
  metadata: MetadataParam.optional(),
});

/** Ours: workflows that run at times of a cron expression. */
export const scheduleRoutes = (depsFor: (env: Env, scope: Scope) => ScheduleDeps) =>
  new Hono<AppEnv>()
    .post("/", (c) => create(c, depsFor(c.env, c.get("scope"))))
    .get("/", async (c) => {
      const query = readQuery(c, ListQuery);
      if (!query.ok) return problem(c, query.error);
      const { limit } = query.value;
      const { schedules, hasMore } = await depsFor(c.env, c.get("scope")).list(query.value);
      return c.json({ ...listBody(schedules.map(listedScheduleBody), limit), has_more: hasMore });
    })
    .get("/:scheduleId", async (c) => {
      const id = scheduleIdOf(c);
      if (!id.ok) return problem(c, id.error);
      const schedule = await depsFor(c.env, c.get("scope")).read(id.value);
      return schedule.ok ? c.json(scheduleBody(schedule.value)) : problem(c, schedule.error);
    })
    .post("/:scheduleId", (c) => update(c, depsFor(c.env, c.get("scope"))))
    .delete("/:scheduleId", async (c) => {
      const id = scheduleIdOf(c);
      if (!id.ok) return problem(c, id.error);
      const removed = await depsFor(c.env, c.get("scope")).remove(id.value);
      if (!removed.ok) return problem(c, removed.error);
      return c.json({ id: id.value, object: "workflow.schedule.deleted", deleted: true });
    })
    .post("/:scheduleId/trigger", async (c) => {
      const id = scheduleIdOf(c);
      if (!id.ok) return problem(c, id.error);
      const key = idempotencyKeyOf(c);
      if (!key.ok) return problem(c, key.error);
      // Without a key of the caller's, every request is one of its own.
      const run = await depsFor(c.env, c.get("scope")).trigger(id.value, key.value ?? newKey());
      return run.ok ? c.json(triggerBody(id.value, run.value), 202) : problem(c, run.error);
    });

async function create(c: AppContext, deps: ScheduleDeps): Promise<Response> {
  const body = await readJson(c, CreateBody);
  if (!body.ok) return problem(c, body.error);
  const { workflow, cron, overlap, metadata = {}, ...given } = body.value;
  if (!(await deps.hasWorkflow(workflow))) return problem(c, noWorkflow(workflow));
  const schedule = await deps.create(newId("sched_"), {
    workflow,
    cron,
    overlap,
    metadata,
    input: given.input ?? null,
    timeZone: given.time_zone,
    catchUp: given.catch_up,
    isPaused: given.paused,
  });
  return schedule.ok ? c.json(scheduleBody(schedule.value)) : problem(c, schedule.error);
}

async function update(c: AppContext, deps: ScheduleDeps): Promise<Response> {
  const id = scheduleIdOf(c);
  if (!id.ok) return problem(c, id.error);
  const body = await readJson(c, UpdateBody);
  if (!body.ok) return problem(c, body.error);
  const { workflow, cron, time_zone, input, catch_up, overlap, paused, metadata } = body.value;
  if (workflow !== undefined && !(await deps.hasWorkflow(workflow))) {
    return problem(c, noWorkflow(workflow));
  }
  const schedule = await deps.update(id.value, {
    ...(workflow === undefined ? {} : { workflow }),
    ...(cron === undefined ? {} : { cron }),
    ...(time_zone === undefined ? {} : { timeZone: time_zone }),
    ...(input === undefined ? {} : { input }),
    ...(catch_up === undefined ? {} : { catchUp: catch_up }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(paused === undefined ? {} : { isPaused: paused }),
    ...(metadata === undefined ? {} : { metadata }),
  });
  return schedule.ok ? c.json(scheduleBody(schedule.value)) : problem(c, schedule.error);
}

const noWorkflow = (reference: string): Refusal => ({
  code: "workflow_not_found",
  message: `There is no workflow '${reference}' that the schedule could start.`,
  param: "workflow",
});

/** An id that cannot be one answers exactly like one that is not known. */
function scheduleIdOf(c: AppContext): Result<ScheduleId, Refusal> {
  const id = c.req.param("scheduleId") ?? "";
  return isScheduleId(id) ? ok(id) : err(notFound("schedule", id));
}
