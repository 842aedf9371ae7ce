import { Hono } from "hono";
import { z } from "zod";

import { type AdmitResponseDeps, admitResponse } from "../../conversation/admit-response.ts";
import type { ConversationDeps } from "../../conversation/conversation-client.ts";
import type { ResponseObject } from "../../conversation/response-object.ts";
import { CreateResponseBody, Include } from "../../conversation/response-request.ts";
import { conversationKeyOf, isResponseId, type ResponseId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { notFound } from "../../refusal.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { ListQuery } from "../list.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson, readQuery } from "../request/request.ts";
import {
  EVENT_STREAM_HEADERS,
  type EventSource,
  eventStreamOf,
  readEvents,
  textOf,
} from "./event-stream.ts";
import { RESPONSE_OTHERS } from "./response-others.ts";

export type ResponseDeps = ConversationDeps & AdmitResponseDeps;
export type DepsFor<Deps> = (env: Env, scope: Scope) => Deps;

/** `include=a`, `include[]=a&include[]=b`. */
export const IncludeQuery = z
  .preprocess((value) => (typeof value === "string" ? [value] : value), Include)
  .default([]);
const FetchQuery = z.strictObject({
  include: IncludeQuery,
  stream: z.enum(["true", "false"]).default("false"),
  starting_after: z.coerce.number().int().min(0).optional(),
  include_obfuscation: z.string().optional(),
});
const ItemsQuery = ListQuery.extend({ include: IncludeQuery });

export const RESPONSE_REQUESTS: RequestShapes = {
  "POST /v1/responses": { body: CreateResponseBody, others: RESPONSE_OTHERS },
  "GET /v1/responses/{response_id}": { query: FetchQuery },
  "GET /v1/responses/{response_id}/input_items": { query: ItemsQuery },
};

/** Answers: asked, fetched, watched, cancelled, deleted. */
export const responseRoutes = (depsFor: DepsFor<ResponseDeps>) =>
  new Hono<AppEnv>()
    .post("/", async (c) => {
      const body = await readJson(c, CreateResponseBody, RESPONSE_OTHERS);
      if (!body.ok) return problem(c, body.error);
      const scope = c.get("scope");
      const deps = depsFor(c.env, scope);
      const admitted = await admitResponse(deps, body.value);
      if (!admitted.ok) return problem(c, admitted.error);
      const { conversationKey, ...response } = admitted.value;
      const command = { ...response, scope };
      const { background, store } = command.request;
      if (body.value.stream) {
        const stream = await deps.call(conversationKey, (object) => object.answerStream(command));
        if (!stream.ok) return problem(c, stream.error);
        return streamResponse(c, deps, command.id, stream.value, { store, include: [] });
      }
      const made = await deps.call(conversationKey, (object) =>
        background ? object.begin(command) : object.answer(command),
      );
      if (!made.ok) return problem(c, made.error);
      if (!store) {
        const delivered = deps.call(conversationKey, (object) => object.delivered(command.id));
        c.executionCtx.waitUntil(delivered);
      }
      return showResponse(c, made.value);
    })
    .get("/:id", async (c) => {
      const query = readQuery(c, FetchQuery);
      if (!query.ok) return problem(c, query.error);
      const id = c.req.param("id");
      if (!isResponseId(id)) return problem(c, notFound("response", id));
      const { include, stream, starting_after: after = -1 } = query.value;
      const deps = depsFor(c.env, c.get("scope"));
      const key = conversationKeyOf(id);
      if (stream === "true") {
        const events = await deps.call(key, (object) => object.events(id, after, include));
        if (!events.ok) return problem(c, events.error);
        return streamResponse(c, deps, id, events.value, { store: true, include, after });
      }
      const response = await deps.call(key, (object) => object.response(id, include));
      return response ? showResponse(c, response) : problem(c, notFound("response", id));
    })
    .delete("/:id", async (c) => {
      const id = c.req.param("id");
      if (!isResponseId(id)) return problem(c, notFound("response", id));
      const deps = depsFor(c.env, c.get("scope"));
      const removed = await deps.call(conversationKeyOf(id), (object) => object.removeResponse(id));
      if (!removed) return problem(c, notFound("response", id));
      return c.json({ id, object: "response.deleted", deleted: true });
    })
    .post("/:id/cancel", async (c) => {
      const id = c.req.param("id");
      if (!isResponseId(id)) return problem(c, notFound("response", id));
      const deps = depsFor(c.env, c.get("scope"));
      const cancelled = await deps.call(conversationKeyOf(id), (object) => object.cancel(id));
      return cancelled.ok ? showResponse(c, cancelled.value) : problem(c, cancelled.error);
    })
    .get("/:id/input_items", async (c) => {
      const query = readQuery(c, ItemsQuery);
      if (!query.ok) return problem(c, query.error);
      const id = c.req.param("id");
      if (!isResponseId(id)) return problem(c, notFound("response", id));
      const deps = depsFor(c.env, c.get("scope"));
      const page = await deps.call(conversationKeyOf(id), (object) =>
        object.inputItems(id, query.value),
      );
      return page.ok ? c.json(itemList(page.value)) : problem(c, page.error);
    });

/** A page of items as OpenAI's lists are. */
export function itemList({
  items,
  hasMore,
}: {
  items: readonly { id: string }[];
  hasMore: boolean;
}) {
  return {
    object: "list",
    data: items,
    first_id: items[0]?.id ?? null,
    last_id: items.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

function showResponse(c: AppContext, response: ResponseObject): Response {
  // Says it also to callers who look at nothing but the answer's text.
  if (response.degraded) c.header("x-edgewise-degraded", response.degraded.reason);
  return c.json(response);
}

type Watching = {
  readonly store: boolean;
  readonly include: readonly string[];
  readonly after?: number;
};

function streamResponse(
  c: AppContext,
  deps: ConversationDeps,
  id: ResponseId,
  first: ReadableStream<Uint8Array>,
  watching: Watching,
): Response {
  const events = readEvents(eventSourceOf(deps, id, watching), first, watching.after);
  return c.body(eventStreamOf(textOf(events)), 200, EVENT_STREAM_HEADERS);
}

/** Where a response's events come from, over restarts of its object. */
export function eventSourceOf(
  deps: ConversationDeps,
  id: ResponseId,
  { store, include }: Watching,
): EventSource {
  const key = conversationKeyOf(id);
  return {
    open: async (last) => {
      const events = await deps.call(key, (object) => object.events(id, last, include));
      if (!events.ok) throw new Error(`The events of ${id} are gone: ${events.error.message}`);
      return events.value;
    },
    delivered: async () => {
      if (!store) await deps.call(key, (object) => object.delivered(id));
    },
  };
}
