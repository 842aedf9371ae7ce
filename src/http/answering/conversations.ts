import { z } from "zod";

import type { VersionedConversation } from "../../conversation/conversation-client.ts";
import { InputItemParam } from "../../conversation/input-item.ts";
import { Include } from "../../conversation/response-request.ts";
import { readInclude, RESPONSE_ID } from "../../conversation/show.ts";
import { ConversationPolicy, POLICY_DEFAULT } from "../../conversation/turn-policy.ts";
import { readConversationKey } from "../../ids.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { CreatedAt, MetadataBody, objectType } from "../fields.ts";
import { deletion, ListQuery } from "../list.ts";
import { replayable } from "../request/idempotency-key.ts";
import { includeQuery } from "../request/include-query.ts";
import { COMPONENTS } from "../route/components.ts";
import { CHANGES } from "../route/declaration.ts";
import { CONVERSATION_PARAM, textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import {
  addConversationItems,
  type ConversationRouteDeps,
  createConversation,
} from "./create-conversation.ts";
import { INPUT_EXAMPLE, ItemBody, itemList, ItemListBody } from "./item-body.ts";
import { itemOthers } from "./item-others.ts";
import { IncludeQuery } from "./responses.ts";

const ITEMS_MAX = 20;

const PolicyParam = ConversationPolicy.nullish().describe(
  "Extension by Edgewise: while a response of the conversation is in progress, a new request is `queue`d (the default), `reject`ed, or cancels the others, since it is the `latest`. A request can say otherwise.",
);

const CreateBody = z.strictObject({
  items: z
    .array(InputItemParam)
    .max(ITEMS_MAX)
    .nullish()
    .transform((items) => items ?? [])
    .describe("The first items, up to 20."),
  metadata: MetadataParam.default({}),
  conversation_policy: PolicyParam,
});
const UpdateBody = z
  .strictObject({ metadata: MetadataParam.optional(), conversation_policy: PolicyParam })
  .refine((body) => body.metadata !== undefined || body.conversation_policy !== undefined, {
    error: "send 'metadata', 'conversation_policy', or both",
  });
const AddItemsBody = z.strictObject({
  items: z
    .array(InputItemParam)
    .min(1)
    .max(ITEMS_MAX)
    .describe("The items to add, in order, 1 to 20."),
});
const ItemIncludeQuery = includeQuery(z.enum([...Include.element.options, RESPONSE_ID])).describe(
  "Members to add to each item. `edgewise.response_id` adds `response_id` and `origin_response_id`, extensions by Edgewise.",
);
const AddQuery = z.strictObject({ include: IncludeQuery });
const ItemQuery = z.strictObject({ include: ItemIncludeQuery });
const ItemsQuery = ListQuery.extend({ include: ItemIncludeQuery });

const ITEM_OTHERS = itemOthers("items");

/** OpenAI's conversation object. Times are Unix seconds. */
const ConversationBody = z
  .strictObject({
    id: z.string().describe("Id of the conversation."),
    object: objectType("conversation"),
    metadata: MetadataBody,
    created_at: CreatedAt,
    conversation_policy: ConversationPolicy.describe(
      "Extension by Edgewise: the policy for a request that arrives while a response is in progress.",
    ),
    version: z
      .string()
      .describe(
        "Extension by Edgewise: another text after each change of the metadata, the items or the responses.",
      ),
  })
  .register(COMPONENTS, { id: "Conversation" });

const ITEM = textParam("item", "Id of the item.", INPUT_EXAMPLE.id);
const EXAMPLE = {
  id: CONVERSATION_PARAM.example,
  object: "conversation",
  metadata: { topic: "leave" },
  created_at: 1_795_000_000,
  conversation_policy: "queue",
  version: "4.2",
} satisfies z.input<typeof ConversationBody>;
const ITEMS_EXAMPLE = itemList({ items: [INPUT_EXAMPLE], hasMore: false });
const ITEMS_BODY_EXAMPLE = {
  items: [{ type: "message", role: "user", content: "How many days of annual leave do I have?" }],
};

const DELETED = deletion("conversation.deleted");
const route = routesWith<ConversationRouteDeps>();
const OF_PROJECT = { access: "project", tag: "Conversations" } as const;
const params = { conversation_id: CONVERSATION_PARAM };
const ONE = "/v1/conversations/{conversation_id}";

/** The routes of OpenAI's conversations, and of the items in a conversation. */
export const conversationRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/conversations",
      summary: "Create a conversation",
      body: CreateBody,
      others: ITEM_OTHERS,
      idempotency: "by key",
      response: ConversationBody,
      refusals: ["not_found", "model_cannot"],
      example: { body: { metadata: { topic: "leave" } }, response: EXAMPLE },
    },
    async ({ c, deps, body, key }) => {
      const created = replayable(
        c,
        await createConversation(deps, { ...body, scope: c.get("scope") }, key),
      );
      return created.ok ? ok(conversationBody(created.value)) : created;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: ONE,
      summary: "Get a conversation",
      watched: true,
      params,
      response: ConversationBody,
      example: { response: EXAMPLE },
    },
    async ({ deps, params: { conversation_id: id } }) =>
      shown(await deps.call(readConversationKey(id), (object) => object.read()), id),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: ONE,
      summary: "Change a conversation",
      params,
      body: UpdateBody,
      idempotency: CHANGES,
      response: ConversationBody,
      example: { body: { metadata: { topic: "leave" } }, response: EXAMPLE },
    },
    async ({ deps, params: { conversation_id: id }, body }) => {
      const { metadata, conversation_policy: policy } = body;
      const changes = { ...(metadata && { metadata }), ...(policy !== undefined && { policy }) };
      return shown(
        await deps.call(readConversationKey(id), (object) => object.update(changes)),
        id,
      );
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: ONE,
      summary: "Delete a conversation",
      description: "Erases its items, its responses, and the text of both.",
      params,
      response: DELETED.schema,
      example: { response: DELETED.body(CONVERSATION_PARAM.example) },
    },
    async ({ deps, params: { conversation_id: id } }) => {
      const isRemoved = await deps.call(readConversationKey(id), (object) => object.remove());
      return isRemoved ? ok(DELETED.body(id)) : err(notFound("conversation", id));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: `${ONE}/items`,
      summary: "Add items to a conversation",
      params,
      query: AddQuery,
      body: AddItemsBody,
      others: ITEM_OTHERS,
      idempotency: "by key",
      response: ItemListBody,
      refusals: ["model_cannot"],
      example: { body: ITEMS_BODY_EXAMPLE, response: ITEMS_EXAMPLE },
    },
    async ({ c, deps, params: { conversation_id: id }, body: { items }, key }) => {
      const added = replayable(c, await addConversationItems(deps, id, items, key));
      return added.ok ? ok(itemList({ items: added.value, hasMore: false })) : added;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: `${ONE}/items`,
      summary: "List the items of a conversation",
      params,
      query: ItemsQuery,
      response: ItemListBody,
      example: { response: ITEMS_EXAMPLE },
    },
    async ({ deps, params: { conversation_id: id }, query: { include, ...page } }) => {
      const items = await deps.call(readConversationKey(id), (object) =>
        object.items(page, readInclude(include)),
      );
      if (!items) return err(notFound("conversation", id));
      return items.ok ? ok(itemList(items.value)) : items;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: `${ONE}/items/{item_id}`,
      summary: "Get an item of a conversation",
      params: { ...params, item_id: ITEM },
      query: ItemQuery,
      response: ItemBody,
      example: { response: INPUT_EXAMPLE },
    },
    async ({ deps, params: { conversation_id: id, item_id: itemId }, query: { include } }) => {
      const item = await deps.call(readConversationKey(id), (object) =>
        object.item(itemId, readInclude(include)),
      );
      return item ? ok(item) : err(notFound("item", itemId));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: `${ONE}/items/{item_id}`,
      summary: "Delete an item of a conversation",
      params: { ...params, item_id: ITEM },
      response: ConversationBody,
      example: { response: EXAMPLE },
    },
    async ({ deps, params: { conversation_id: id, item_id: itemId } }) => {
      const left = await deps.call(readConversationKey(id), (object) => object.removeItem(itemId));
      return left ? ok(conversationBody(left)) : err(notFound("item", itemId));
    },
  ),
];

const shown = (conversation: VersionedConversation | null, id: string) =>
  conversation ? ok(conversationBody(conversation)) : err(notFound("conversation", id));

const conversationBody = ({ id, metadata, createdAt, policy, version }: VersionedConversation) => ({
  id,
  object: "conversation" as const,
  metadata,
  created_at: createdAt,
  conversation_policy: policy ?? POLICY_DEFAULT,
  version,
});
