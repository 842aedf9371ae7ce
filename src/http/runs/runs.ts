import { z } from "zod";

import type { ResponseId, RunId } from "../../ids.ts";
import { RUN_INPUT_BYTES_MAX } from "../../kernel/rules/run/run-input.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import { QUEUE_POSITION } from "../../lanes/lane-client.ts";
import type { Page } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import type { Remote } from "../../remote.ts";
import type { Created, RequestKey } from "../../request-key.ts";
import { ok, type Result } from "../../result.ts";
import type { ListedRun, RunListQuery } from "../../workflow/runs/listed-run.ts";
import type { RunClient } from "../../workflow/runs/run-client.ts";
import type { RunBody as Run } from "../../workflow/runs/show-run.ts";
import type { RunRequest } from "../../workflow/start-run.ts";
import { deletion, ListQuery, workflowFilter } from "../list.ts";
import { readIdempotencyKey, replayable } from "../request/idempotency-key.ts";
import { includeQuery } from "../request/include-query.ts";
import { JsonValue } from "../request/json-value.ts";
import { CHANGES } from "../route/declaration.ts";
import { RUN_PARAM, textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { MERMAID, mermaidText, wantsMermaid } from "../workflow/mermaid-text.ts";
import {
  ReceiptBody,
  RUN_EXAMPLE,
  STEP_EXAMPLE,
  WorkflowRunBody,
  RunStatusSchema,
  StepDetailBody,
} from "./run-body.ts";
import { RUN_LIST_EXAMPLE, RunListBody, runListBody } from "./run-list-body.ts";
import { readSignal, SignalParam } from "./signal-param.ts";

const StartBody = z.strictObject({
  workflow: z
    .string()
    .min(1)
    .max(100)
    .describe("Name of the workflow, or `name@version` for one version; the latest by default."),
  input: JsonValue.describe(
    `The input of the run: any JSON of at most ${RUN_INPUT_BYTES_MAX} bytes; null by default.`,
  ),
  metadata: MetadataParam.default({}),
});
const RunsQuery = ListQuery.extend({
  status: RunStatusSchema.optional().describe("Only runs with this status."),
  ...workflowFilter("runs"),
});
const FetchQuery = z.strictObject({
  format: z.enum(["json", "mermaid"]).optional().describe("The form; json by default."),
  include: includeQuery(z.literal(QUEUE_POSITION)).describe("Members to add to the answer."),
});
const NoBody = z.strictObject({});
const RetryBody = z.strictObject({
  from: z.string().min(1).max(64).nullish().describe("First step; by default the failed steps."),
});

/** The dependencies of the routes of runs. */
export type RunDeps = {
  /**
   * Starts a run of a workflow. `key` is the request's idempotency key, or null: with the key of an earlier request,
   * the result is the run that the earlier request started. `text` is the key as it was sent.
   */
  start(
    request: RunRequest,
    key: RequestKey | null,
    text: string,
  ): Promise<Result<Created<Run>, Refusal>>;
  runs(query: RunListQuery): Promise<Result<Page<ListedRun>, Refusal>>;
  /** Returns the place of a run's next step that waits for a consumer: 0 if it was sent, null if there is none. */
  placeInLanes(id: RunId | ResponseId): Promise<number | null>;
  ask<Value>(
    id: RunId | ResponseId,
    call: (run: Remote<RunClient>) => Promise<Value>,
  ): Promise<Value>;
};

const STEP = textParam(
  "step",
  "Name of the step, such as `notify[3]`, `charge~undo` or `refund/approve`.",
  "approve",
);
const SIGNAL = textParam("signal", "Name of the signal that the step waits for.", "approval");
const DELETED = deletion("workflow.run.deleted");
const route = routesWith<RunDeps>();
const OF_PROJECT = { access: "project", tag: "Workflow runs", ours: true } as const;
const ONE = { ...OF_PROJECT, params: { run_id: RUN_PARAM } } as const;
const COMMAND = {
  ...ONE,
  method: "POST",
  body: NoBody,
  idempotency: CHANGES,
  response: WorkflowRunBody,
  example: { body: {}, response: RUN_EXAMPLE },
} as const;
const PATH = "/v1/runs/{run_id}";

/** The routes of runs, an extension by Edgewise: start, list, get, signal, pause, resume, cancel, retry, delete. */
export const runRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/runs",
      summary: "Start a run",
      body: StartBody,
      idempotency: "by key",
      response: WorkflowRunBody,
      refusals: ["not_found", "workflow_not_found", "run_deleted"],
      example: { body: { workflow: "refund", input: { order: "A-17" } }, response: RUN_EXAMPLE },
    },
    async ({ c, deps, body, key }) => {
      const text = c.req.header("idempotency-key") ?? "";
      return replayable(c, await deps.start({ ...body, input: body.input ?? null }, key, text));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/runs",
      summary: "List runs",
      watched: true,
      volatile: ["as_of", "max_lag_ms"],
      query: RunsQuery,
      response: RunListBody,
      example: {
        query: { status: "running" },
        response: RUN_LIST_EXAMPLE,
      },
    },
    async ({ deps, query }) => {
      const page = await deps.runs(query);
      return page.ok ? ok(runListBody(page.value, Date.now())) : page;
    },
  ),
  route(
    {
      ...ONE,
      method: "GET",
      path: PATH,
      summary: "Get a run",
      watched: true,
      query: FetchQuery,
      response: WorkflowRunBody,
      media: [MERMAID],
      example: { response: RUN_EXAMPLE },
    },
    async ({ c, deps, params: { run_id: id }, query }) => {
      if (wantsMermaid(c, query.format)) {
        const graph = await deps.ask(id, (run) => run.mermaid());
        return graph.ok ? ok(mermaidText(c, graph.value)) : graph;
      }
      const run = await deps.ask(id, (object) => object.read());
      if (!run.ok || !query.include.includes(QUEUE_POSITION)) return run;
      return ok({ ...run.value, queue_position: await deps.placeInLanes(id) });
    },
  ),
  route(
    {
      ...ONE,
      method: "GET",
      path: `${PATH}/steps/{step}`,
      summary: "Get a step of a run",
      description: "Includes the complete output.",
      params: { run_id: RUN_PARAM, step: STEP },
      response: StepDetailBody,
      example: { response: { ...STEP_EXAMPLE, object: "workflow.run.step", run: null } },
    },
    async ({ deps, params: { run_id: id, step } }) => await deps.ask(id, (run) => run.step(step)),
  ),
  route(
    {
      ...ONE,
      method: "POST",
      path: `${PATH}/signals/{name}`,
      summary: "Send a signal to a run",
      params: { run_id: RUN_PARAM, name: SIGNAL },
      body: SignalParam,
      idempotency: {
        withoutKey:
          "A signal has an id: the member `id` of the body, or the header `Idempotency-Key`. Signals with the same id are one signal, as long as the run is kept.",
      },
      response: ReceiptBody,
      refusals: [
        "signal_unknown",
        "signal_not_awaited",
        "signal_incomplete",
        "signal_stale",
        "signal_reused",
        "signals_full",
        "run_settled",
      ],
      example: {
        body: { payload: { approved: true }, actor: "ada@example.com", reason: "A known customer" },
        response: { status: "consumed", step: "approve" },
      },
    },
    async ({ c, deps, params: { run_id: id, name }, body }) => {
      const key = readIdempotencyKey(c);
      if (!key.ok) return key;
      const signal = readSignal(name, key.value, body);
      return signal.ok ? await deps.ask(id, (run) => run.signal(signal.value)) : signal;
    },
  ),
  route(
    {
      ...COMMAND,
      path: `${PATH}/cancel`,
      summary: "Cancel a run",
      description: "Completed steps that have an `undo` are undone first.",
      refusals: ["run_settled"],
    },
    async ({ deps, params: { run_id: id } }) => await deps.ask(id, (run) => run.cancel()),
  ),
  route(
    {
      ...COMMAND,
      path: `${PATH}/pause`,
      summary: "Pause a run",
      description: "No new work begins. Attempts in progress continue.",
      refusals: ["run_settled", "run_undoing"],
    },
    async ({ deps, params: { run_id: id } }) => await deps.ask(id, (run) => run.pause()),
  ),
  route(
    {
      ...COMMAND,
      path: `${PATH}/resume`,
      summary: "Resume a run",
      refusals: ["run_settled", "run_undoing", "run_not_resumable"],
    },
    async ({ deps, params: { run_id: id } }) => await deps.ask(id, (run) => run.resume()),
  ),
  route(
    {
      ...COMMAND,
      path: `${PATH}/retry`,
      summary: "Retry a run",
      description: "Continues a run that has ended, from a given step or from the failed steps.",
      body: RetryBody,
      refusals: ["run_in_progress", "run_undoing", "run_not_retryable", "conflict"],
    },
    async ({ deps, params: { run_id: id }, body }) =>
      await deps.ask(id, (run) => run.retry(body.from ?? null)),
  ),
  route(
    {
      ...ONE,
      method: "DELETE",
      path: PATH,
      summary: "Delete a run",
      description: "The run must have ended.",
      response: DELETED.schema,
      refusals: ["invalid_request", "run_in_progress"],
      example: { response: DELETED.body(RUN_PARAM.example) },
    },
    async ({ deps, params: { run_id: id } }) => {
      const removed = await deps.ask(id, (run) => run.remove());
      return removed.ok ? ok(DELETED.body(id)) : removed;
    },
  ),
];
