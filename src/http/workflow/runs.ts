import { Hono } from "hono";
import { z } from "zod";

import { isResponseId, isRunId, newId, type ResponseId, type RunId } from "../../ids.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import type { Remote } from "../../remote.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ListedRun, RunListQuery } from "../../workflow/runs/listed-run.ts";
import type { RunClient } from "../../workflow/runs/run-client.ts";
import type { RunBody } from "../../workflow/runs/show-run.ts";
import type { RunRequest } from "../../workflow/start-run.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { listBody, ListQuery } from "../list.ts";
import { problem } from "../problem.ts";
import { idempotencyKeyOf } from "../request/idempotency-key.ts";
import { JsonValue } from "../request/json-value.ts";
import { readJson, readQuery } from "../request/request.ts";
import { mermaidText, pageOf, wantsMermaid } from "./workflows.ts";

/** Of a signal's payload, as JSON in bytes; it becomes a step's output. */
export const PAYLOAD_BYTES_MAX = 256 * 1024;
/** What usually passes until lists show a change. */
const USUAL_LAG_MS = 1_000;

const StartBody = z.strictObject({
  workflow: z.string().min(1).max(100),
  input: JsonValue,
  metadata: MetadataParam.default({}),
});
const RunsQuery = ListQuery.extend({
  status: z.enum(["running", "paused", "undoing", "completed", "failed", "cancelled"]).optional(),
  workflow: z.string().min(1).max(64).optional(),
});
const FetchQuery = z.strictObject({ format: z.enum(["json", "mermaid"]).optional() });
const SignalBody = z.strictObject({
  payload: JsonValue,
  actor: z.string().trim().min(1).max(512).nullish(),
  reason: z.string().trim().min(1).max(4_096).nullish(),
  event: z.number().int().min(0).nullish(),
  id: z.string().min(1).max(255).nullish(),
});
const NoBody = z.strictObject({});
const RetryBody = z.strictObject({ from: z.string().min(1).max(64).nullish() });

export type RunDeps = {
  /** A repeated key starts nothing and gives the run that it started. */
  start(request: RunRequest, key: string | null): Promise<Result<RunBody, Refusal>>;
  /** One row more than the limit when there are more. */
  runs(query: RunListQuery): Promise<readonly ListedRun[]>;
  ask<Value>(
    id: RunId | ResponseId,
    call: (run: Remote<RunClient>) => Promise<Value>,
  ): Promise<Value>;
};
export type RunDepsFor = (env: Env, scope: Scope) => RunDeps;

/** Runs: started, fetched, told, ended. */
export const runRoutes = (depsFor: RunDepsFor) =>
  new Hono<AppEnv>()
    .post("/", async (c) => {
      const key = idempotencyKeyOf(c);
      if (!key.ok) return problem(c, key.error);
      const body = await readJson(c, StartBody);
      if (!body.ok) return problem(c, body.error);
      const request = { ...body.value, input: body.value.input ?? null };
      const started = await depsFor(c.env, c.get("scope")).start(request, key.value);
      return started.ok ? c.json(started.value) : problem(c, started.error);
    })
    .get("/", async (c) => {
      const query = readQuery(c, RunsQuery);
      if (!query.ok) return problem(c, query.error);
      const { limit, before } = query.value;
      const found = await depsFor(c.env, c.get("scope")).runs(query.value);
      const page = pageOf(found, limit, before !== undefined);
      const list = { ...listBody(page.map(summaryBody), limit), has_more: found.length > limit };
      return c.json({ ...list, ...freshnessOf(page, Date.now()) });
    })
    .get("/:id", async (c) => {
      const query = readQuery(c, FetchQuery);
      if (!query.ok) return problem(c, query.error);
      if (!wantsMermaid(c, query.value.format)) {
        return await answer(c, depsFor, (run) => run.read());
      }
      const graph = await ask(c, depsFor, (run) => run.mermaid());
      return graph.ok ? mermaidText(c, graph.value) : problem(c, graph.error);
    })
    .get("/:id/steps/:step", async (c) => {
      const step = c.req.param("step");
      return await answer(c, depsFor, (run) => run.step(step));
    })
    .post("/:id/signals/:name", async (c) => {
      const key = idempotencyKeyOf(c);
      if (!key.ok) return problem(c, key.error);
      const body = await readJson(c, SignalBody);
      if (!body.ok) return problem(c, body.error);
      const signal = signalOf(c.req.param("name"), key.value, body.value);
      if (!signal.ok) return problem(c, signal.error);
      return await answer(c, depsFor, (run) => run.signal(signal.value));
    })
    .post("/:id/cancel", async (c) => await command(c, depsFor, (run) => run.cancel()))
    .post("/:id/pause", async (c) => await command(c, depsFor, (run) => run.pause()))
    .post("/:id/resume", async (c) => await command(c, depsFor, (run) => run.resume()))
    .post("/:id/retry", async (c) => {
      const body = await readJson(c, RetryBody);
      if (!body.ok) return problem(c, body.error);
      return await answer(c, depsFor, (run) => run.retry(body.value.from ?? null));
    })
    .delete("/:id", async (c) => {
      const removed = await ask(c, depsFor, (run) => run.remove());
      if (!removed.ok) return problem(c, removed.error);
      return c.json({ id: c.req.param("id"), object: "workflow.run.deleted", deleted: true });
    });

type Call<Value> = (run: Remote<RunClient>) => Promise<Result<Value, Refusal>>;

/** Asks the object of the run that the path names. An id that none can have makes no object. */
export async function ask<Value>(
  c: AppContext,
  depsFor: RunDepsFor,
  call: Call<Value>,
): Promise<Result<Value, Refusal>> {
  const id = c.req.param("id") ?? "";
  if (!isRunId(id) && !isResponseId(id)) return err(notFound("run", id));
  return await depsFor(c.env, c.get("scope")).ask(id, call);
}

async function answer<Value extends object>(
  c: AppContext,
  depsFor: RunDepsFor,
  call: Call<Value>,
): Promise<Response> {
  const answered = await ask(c, depsFor, call);
  return answered.ok ? Response.json(answered.value) : problem(c, answered.error);
}

async function command<Value extends object>(
  c: AppContext,
  depsFor: RunDepsFor,
  call: Call<Value>,
): Promise<Response> {
  const body = await readJson(c, NoBody);
  return body.ok ? await answer(c, depsFor, call) : problem(c, body.error);
}

function signalOf(name: string, key: string | null, body: z.output<typeof SignalBody>) {
  const { payload = null, actor = null, reason = null, event = null, id } = body;
  if (key !== null && id && id !== key) {
    const message = "The body's 'id' and the header 'Idempotency-Key' differ. Send one of them.";
    return err({ code: "invalid_request", message, param: "id" } satisfies Refusal);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(payload)).byteLength;
  if (bytes > PAYLOAD_BYTES_MAX) {
    const message = `The payload has ${bytes} bytes of JSON, at most ${PAYLOAD_BYTES_MAX} are taken.`;
    return err({ code: "payload_too_large", message, param: "payload" } satisfies Refusal);
  }
  return ok({ id: key ?? id ?? newId("sig_"), name, payload, actor, reason, event });
}

/** How fresh a page is. A run that has settled stays as it is; an open one may have gone on since its row was written. */
function freshnessOf(page: readonly ListedRun[], now: number) {
  const open = page.filter(({ settledAt }) => settledAt === null);
  const oldest = Math.min(now, ...open.map(({ updatedAt }) => updatedAt));
  return { as_of: oldest / 1000, max_lag_ms: now - oldest, usual_lag_ms: USUAL_LAG_MS };
}

function summaryBody(run: ListedRun) {
  const { errorStep, errorMessage, createdAt, settledAt, updatedAt } = run;
  // The one place that reads the row's JSON, which only the run's object writes.
  const metadata: Record<string, string> = JSON.parse(run.metadata);
  return {
    id: run.id,
    object: "workflow.run",
    workflow: run.workflow,
    workflow_version: run.workflowVersion,
    status: run.status,
    created_at: Math.floor(createdAt / 1000),
    settled_at: settledAt && Math.floor(settledAt / 1000),
    metadata,
    error: errorStep === null ? null : { step: errorStep, message: errorMessage ?? "" },
    as_of: updatedAt / 1000,
  };
}
