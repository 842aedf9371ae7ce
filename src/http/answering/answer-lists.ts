import { z } from "zod";

import type {
  ConversationListQuery,
  ListedConversation,
  ListedResponse,
  ResponseListQuery,
} from "../../conversation/listed.ts";
import { SERVICE_TIERS } from "../../conversation/service-tier.ts";
import { TITLE_CHARACTERS_MAX } from "../../conversation/title.ts";
import { isConversationId } from "../../ids.ts";
import type { Page } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import { CreatedAt, MetadataBody, objectType } from "../fields.ts";
import {
  declareList,
  declareListQuery,
  FilterText,
  listBody,
  listOfOne,
  ListQuery,
  SHORT_PAGES,
} from "../list.ts";
import { COMPONENTS } from "../route/components.ts";
import { CONVERSATION_PARAM, RESPONSE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

/** The dependencies of the routes that list conversations and background responses. */
export type AnswerListDeps = {
  listConversations(query: ConversationListQuery): Promise<Page<ListedConversation>>;
  listResponses(query: ResponseListQuery): Promise<Result<Page<ListedResponse>, Refusal>>;
};

/** The statuses of a response. */
export const STATUSES = [
  "queued",
  "in_progress",
  "completed",
  "incomplete",
  "failed",
  "cancelled",
] as const satisfies readonly ListedResponse["status"][];

/** Latest time of a filter, in Unix seconds: the end of the year 2999, as ids have room for it. */
const TIME_MAX = 32_503_680_000;
const UnixTime = z.coerce.number().int().min(0).max(TIME_MAX);

const ConversationsQuery = declareListQuery("a conversation", isConversationId).extend({
  title: FilterText.optional().describe(
    `Only conversations whose title contains this text, in upper or lower case. ${SHORT_PAGES}`,
  ),
  created_after: UnixTime.optional().describe(
    "Only conversations that were created at this time or later, in Unix seconds.",
  ),
  created_before: UnixTime.optional().describe(
    "Only conversations that were created before this time, in Unix seconds.",
  ),
});
const ResponsesQuery = ListQuery.extend({
  status: z.enum(STATUSES).optional().describe("Only responses with this status."),
});

/** The schema of a conversation in a list. */
const ConversationSummaryBody = z
  .strictObject({
    id: z.string().describe("Id of the conversation."),
    object: objectType("conversation"),
    title: z
      .string()
      .nullable()
      .describe(
        `The \`title\` of the metadata or, without it, the first words of the first question, at most ${TITLE_CHARACTERS_MAX} characters; null before there is one.`,
      ),
    metadata: MetadataBody,
    created_at: CreatedAt,
    last_active_at: z
      .number()
      .int()
      .describe(
        "Time of the last question, or of the creation, in Unix seconds. It may be ten minutes old.",
      ),
  })
  .register(COMPONENTS, { id: "ConversationSummary" });

/** The schema of a background response in a list. */
const ResponseSummaryBody = z
  .strictObject({
    id: z.string().describe("Id of the response."),
    object: objectType("response"),
    status: z.enum(STATUSES).describe("Status of the response, some seconds ago."),
    background: z.literal(true).describe("Always true."),
    title: z
      .string()
      .nullable()
      .describe(
        `The first words of the question, at most ${TITLE_CHARACTERS_MAX} characters; null without one.`,
      ),
    model: z.string().describe("The model that the request named."),
    workflow: z
      .string()
      .nullable()
      .describe("Name of your workflow that answers; null for the built-in one."),
    service_tier: z.enum(SERVICE_TIERS).describe("The tier, which has a lane of its own."),
    conversation: z
      .strictObject({ id: z.string().describe("Id of the conversation.") })
      .nullable()
      .describe("The conversation; null outside of one."),
    created_at: CreatedAt,
    ended_at: z
      .number()
      .int()
      .nullable()
      .describe("Time of the end, in Unix seconds; null before."),
    error: z
      .strictObject({ message: z.string().describe("The error in words.") })
      .nullable()
      .describe("The error by which the response failed; null if it did not."),
  })
  .register(COMPONENTS, { id: "ResponseSummary" });

const CREATED_AT = 1_795_000_000;
const TITLE = "How many days of annual leave do I have?";
const CONVERSATION_EXAMPLE = {
  id: CONVERSATION_PARAM.example,
  object: "conversation",
  title: TITLE,
  metadata: { topic: "leave" },
  created_at: CREATED_AT,
  last_active_at: CREATED_AT + 60,
} satisfies z.input<typeof ConversationSummaryBody>;
const RESPONSE_EXAMPLE = {
  id: RESPONSE_PARAM.example,
  object: "response",
  status: "in_progress",
  background: true,
  title: TITLE,
  model: "extractive-1",
  workflow: null,
  service_tier: "default",
  conversation: null,
  created_at: CREATED_AT,
  ended_at: null,
  error: null,
} satisfies z.input<typeof ResponseSummaryBody>;

const route = routesWith<AnswerListDeps>();
const OF_PROJECT = { access: "project", method: "GET", ours: true } as const;

/** The routes that list conversations and background responses, an extension by Edgewise. */
export const answerListRoutes = [
  route(
    {
      ...OF_PROJECT,
      tag: "Conversations",
      path: "/v1/conversations",
      summary: "List conversations",
      watched: true,
      description: "Shows a change some seconds later. A deleted conversation is not listed.",
      query: ConversationsQuery,
      response: declareList(ConversationSummaryBody),
      example: {
        query: { title: "leave" },
        response: listOfOne(CONVERSATION_EXAMPLE),
      },
    },
    async ({ deps, query }) => {
      const { created_after: createdAfter, created_before: createdBefore, ...rest } = query;
      const page = await deps.listConversations({ ...rest, createdAfter, createdBefore });
      return ok(listBody({ ...page, rows: page.rows.map(conversationBody) }, query));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      tag: "Responses",
      path: "/v1/background_responses",
      summary: "List responses in the background",
      watched: true,
      description: "Shows a change some seconds later. A deleted response is not listed.",
      query: ResponsesQuery,
      response: declareList(ResponseSummaryBody),
      example: {
        query: { status: "in_progress" },
        response: listOfOne(RESPONSE_EXAMPLE),
      },
    },
    async ({ deps, query }) => {
      const page = await deps.listResponses(query);
      if (!page.ok) return page;
      const { rows, hasMore } = page.value;
      return ok(listBody({ rows: rows.map(responseBody), hasMore }));
    },
  ),
];

const conversationBody = ({ id, title, metadata, createdAt, activeAt }: ListedConversation) => ({
  id,
  object: "conversation" as const,
  title,
  metadata,
  created_at: createdAt,
  last_active_at: activeAt,
});

const responseBody = ({
  id,
  conversationId,
  status,
  title,
  model,
  workflow,
  serviceTier,
  error,
  createdAt,
  endedAt,
}: ListedResponse) => ({
  id,
  object: "response" as const,
  status,
  background: true as const,
  title,
  model,
  workflow,
  service_tier: serviceTier,
  conversation: conversationId && { id: conversationId },
  created_at: createdAt,
  ended_at: endedAt,
  error: error === null ? null : { message: error },
});
