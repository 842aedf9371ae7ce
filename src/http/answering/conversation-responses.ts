import { z } from "zod";

import type { ConversationDeps } from "../../conversation/conversation-client.ts";
import type { ConversationResponse } from "../../conversation/listed.ts";
import { readConversationKey } from "../../ids.ts";
import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { declareList, listBody, listOfOne, ListQuery } from "../list.ts";
import { COMPONENTS } from "../route/components.ts";
import { CONVERSATION_PARAM, RESPONSE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { STATUSES } from "./answer-lists.ts";

/** The schema of a response in the list of its conversation. */
const ConversationResponseBody = z
  .strictObject({
    id: z.string().describe("Id of the response."),
    object: objectType("response"),
    status: z.enum(STATUSES).describe("Status of the response."),
    background: z
      .boolean()
      .describe("True for a response in the background, which can be cancelled."),
    created_at: CreatedAt,
    ended_at: z
      .number()
      .int()
      .nullable()
      .describe("Time of the end, in Unix seconds; null before."),
  })
  .register(COMPONENTS, { id: "ConversationResponse" });

const EXAMPLE = {
  id: RESPONSE_PARAM.example,
  object: "response",
  status: "cancelled",
  background: true,
  created_at: 1_795_000_000,
  ended_at: 1_795_000_004,
} satisfies z.input<typeof ConversationResponseBody>;

const route = routesWith<ConversationDeps>();

/** The route that lists the responses of a conversation, an extension by Edgewise. */
export const conversationResponseRoutes = [
  route(
    {
      access: "project",
      ours: true,
      tag: "Conversations",
      method: "GET",
      path: "/v1/conversations/{conversation_id}/responses",
      summary: "List the responses of a conversation",
      description:
        "Those in progress, that wait, were cancelled or have failed are listed too: their items are not in the conversation. A deleted response is not, nor one with `store: false`.",
      watched: true,
      params: { conversation_id: CONVERSATION_PARAM },
      query: ListQuery,
      response: declareList(ConversationResponseBody),
      example: { response: listOfOne(EXAMPLE) },
    },
    async ({ deps, params: { conversation_id: id }, query }) => {
      const page = await deps.call(readConversationKey(id), (object) => object.responses(query));
      if (!page) return err(notFound("conversation", id));
      if (!page.ok) return page;
      const { rows, hasMore } = page.value;
      return ok(listBody({ rows: rows.map(responseBody), hasMore }));
    },
  ),
];

const responseBody = ({ id, status, isBackground, createdAt, endedAt }: ConversationResponse) => ({
  id,
  object: "response" as const,
  status,
  background: isBackground,
  created_at: createdAt,
  ended_at: endedAt,
});
