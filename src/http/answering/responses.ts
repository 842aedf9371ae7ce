import { z } from "zod";

import type { AdmitResponseDeps } from "../../conversation/admit-response.ts";
import type { ConversationDeps } from "../../conversation/conversation-client.ts";
import { outlivesDelivery } from "../../conversation/outlives-delivery.ts";
import type { ResponseObject } from "../../conversation/response-object.ts";
import { CreateResponseBody, Include } from "../../conversation/response-request.ts";
import { readConversationKey } from "../../ids.ts";
import type { AdmissionDeps } from "../../lanes/admit-work.ts";
import { QUEUE_POSITION } from "../../lanes/lane-client.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import type { RequestKey } from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext } from "../app-env.ts";
import { deletion, ListQuery } from "../list.ts";
import { markReplayed, replayable } from "../request/idempotency-key.ts";
import { includeQuery } from "../request/include-query.ts";
import { CHANGES, Reply } from "../route/declaration.ts";
import { RESPONSE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { formatResponseEvent, readLastEventId } from "./event-stream.ts";
import { INPUT_EXAMPLE, itemList, ItemListBody } from "./item-body.ts";
import { asReplayed, readOutage } from "./outage.ts";
import { RESPONSE_EXAMPLE, ResponseBody } from "./response-body.ts";
import { RESPONSE_OTHERS } from "./response-others.ts";
import { makeResponse, startStream } from "./start-response.ts";
import { streamResponse } from "./watch-response.ts";

/**
 * The dependencies of the routes of responses: access to conversation objects (the Durable Objects that store
 * responses), the look-ups by which a request is checked, and the admission of answers for the background.
 */
export type ResponseDeps = ConversationDeps & AdmitResponseDeps & AdmissionDeps;

/** The schema of the query parameter `include` for reading responses and items. */
export const IncludeQuery = includeQuery(Include.element).describe("Members to add to the answer.");
const FetchQuery = z.strictObject({
  include: IncludeQuery,
  stream: z
    .enum(["true", "false"])
    .default("false")
    .describe("Send the events of the answer as they come."),
  starting_after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe("With `stream`: the `sequence_number` of the last event that you have."),
  include_obfuscation: z.string().optional().describe("Accepted; events are never padded."),
});
const ItemsQuery = ListQuery.extend({ include: IncludeQuery });

/** The streamed form of a response, for declarations of routes. */
const EVENTS = {
  contentType: "text/event-stream",
  description: "With `stream`: the events of the response, as server-sent events",
  example: formatResponseEvent({
    type: "response.output_text.delta",
    data: JSON.stringify({
      type: "response.output_text.delta",
      sequence_number: 7,
      item_id: "msg_01k8v3q7cde4f6g8h0jkmnpq",
      output_index: 1,
      content_index: 0,
      delta: "Employees have 30 days of annual leave.",
      logprobs: [],
    }),
  }),
} as const;

const DELETED = deletion("response.deleted");
const route = routesWith<ResponseDeps>();
const OF_PROJECT = { access: "project", tag: "Responses" } as const;
const params = { response_id: RESPONSE_PARAM };

/** The routes of OpenAI's responses: create, get, stream, cancel, delete. */
export const responseRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/responses",
      summary: "Create a response",
      description:
        "Answers from documents where the tool `file_search` names vector stores. Citations are verified before they are sent.",
      body: CreateResponseBody,
      others: RESPONSE_OTHERS,
      idempotency: "by key",
      response: ResponseBody,
      media: [EVENTS],
      refusals: [
        "not_found",
        "model_not_found",
        "model_cannot",
        "model_unavailable",
        "model_out_of_service",
        "invalid_function_parameters",
        "vector_store_expired",
        "conversation_busy",
        "turn_replaced",
        "response_in_progress",
        "workflow_not_found",
        "backlog_full",
      ],
      example: {
        body: {
          model: "extractive-1",
          input: "How many days of annual leave do I have?",
          tools: [{ type: "file_search", vector_store_ids: [VECTOR_STORE_PARAM.example] }],
        },
        response: RESPONSE_EXAMPLE,
      },
    },
    ({ c, deps, body, key }) => createResponse(c, deps, body, key),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/responses/{response_id}",
      summary: "Get a response",
      params,
      query: FetchQuery,
      response: ResponseBody,
      media: [EVENTS],
      refusals: ["conflict"],
      example: { response: RESPONSE_EXAMPLE },
    },
    async ({ c, deps, params: { response_id: id }, query }) => {
      const { include, stream, starting_after: startingAfter = -1 } = query;
      const key = readConversationKey(id);
      if (stream === "true") {
        const after = readLastEventId(c) ?? startingAfter;
        const events = await deps.call(key, (object) => object.events(id, after, include));
        if (!events.ok) return events;
        return ok(streamResponse(c, deps, id, events.value, { isKept: true, include, after }));
      }
      const response = await deps.call(key, (object) => object.response(id, include));
      if (!response) return err(notFound("response", id));
      const asks = include.includes(QUEUE_POSITION) && response.status === "queued";
      if (!asks) return ok(responseReply(response));
      const place = await deps.placeInLane(id, response.service_tier);
      return ok(responseReply({ ...response, queue_position: place }));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: "/v1/responses/{response_id}",
      summary: "Delete a response",
      params,
      response: DELETED.schema,
      example: { response: DELETED.body(RESPONSE_PARAM.example) },
    },
    async ({ deps, params: { response_id: id } }) => {
      const isRemoved = await deps.call(readConversationKey(id), (object) =>
        object.removeResponse(id),
      );
      return isRemoved ? ok(DELETED.body(id)) : err(notFound("response", id));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/responses/{response_id}/cancel",
      summary: "Cancel a response",
      description:
        "Only a background response can be cancelled. A response that has ended does not change.",
      params,
      idempotency: CHANGES,
      response: ResponseBody,
      refusals: ["response_not_cancellable"],
      example: { response: { ...RESPONSE_EXAMPLE, status: "cancelled", background: true } },
    },
    async ({ deps, params: { response_id: id } }) => {
      const cancelled = await deps.call(readConversationKey(id), (object) => object.cancel(id));
      return replyTo(cancelled);
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/responses/{response_id}/input_items",
      summary: "List the input items of a response",
      params,
      query: ItemsQuery,
      response: ItemListBody,
      example: { response: itemList({ items: [INPUT_EXAMPLE], hasMore: false }) },
    },
    async ({ deps, params: { response_id: id }, query }) => {
      const page = await deps.call(readConversationKey(id), (object) =>
        object.inputItems(id, query),
      );
      return page.ok ? ok(itemList(page.value)) : page;
    },
  ),
];

async function createResponse(
  c: AppContext,
  deps: ResponseDeps,
  body: CreateResponseBody,
  key: RequestKey | null,
) {
  const call = { scope: c.get("scope"), body, key };
  const isKept = key !== null || outlivesDelivery(body);
  if (body.stream) {
    const started = replayable(c, await startStream(deps, call));
    if (!started.ok) return started;
    const { id, events } = started.value;
    return ok(streamResponse(c, deps, id, events, { isKept, include: [] }));
  }
  const made = await makeResponse(deps, call);
  if (!made.ok) return made;
  const response = markReplayed(c, made.value);
  if (!isKept) {
    const { id } = response;
    const delivered = deps.call(readConversationKey(id), (object) => object.delivered(id));
    c.executionCtx.waitUntil(delivered);
  }
  const outage = readOutage(response);
  return outage ? err(asReplayed(outage, made.value)) : ok(responseReply(response));
}

const replyTo = (made: Result<ResponseObject, Refusal>) =>
  made.ok ? ok(responseReply(made.value)) : made;

/** Sends `degraded` in a header too, for callers that read only the answer's text. */
const responseReply = (response: ResponseObject) =>
  new Reply<ResponseObject>(
    response,
    response.degraded ? { "x-edgewise-degraded": response.degraded.reason } : {},
  );
