import { Hono } from "hono";
import { z } from "zod";

import type { ConversationDeps } from "../../conversation/conversation-client.ts";
import { InputItemParam } from "../../conversation/input-item.ts";
import { shownBy } from "../../conversation/show.ts";
import { type ConversationId, conversationKeyOf, isConversationId, newId } from "../../ids.ts";
import { MetadataParam } from "../../knowledge/metadata.ts";
import { notFound } from "../../refusal.ts";
import type { AppEnv } from "../app-env.ts";
import { ListQuery } from "../list.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson, readQuery } from "../request/request.ts";
import { itemOthers } from "./item-others.ts";
import { type DepsFor, IncludeQuery, itemList } from "./responses.ts";

const ITEMS_MAX = 20;

const CreateBody = z.strictObject({
  items: z
    .array(InputItemParam)
    .max(ITEMS_MAX)
    .nullish()
    .transform((items) => items ?? []),
  metadata: MetadataParam.default({}),
});
const UpdateBody = z.strictObject({
  metadata: MetadataParam,
});
const AddItemsBody = z.strictObject({ items: z.array(InputItemParam).min(1).max(ITEMS_MAX) });
const ItemQuery = z.strictObject({ include: IncludeQuery });
const ItemsQuery = ListQuery.extend({ include: IncludeQuery });

const ITEM_OTHERS = itemOthers("items");

export const CONVERSATION_REQUESTS: RequestShapes = {
  "POST /v1/conversations": { body: CreateBody, others: ITEM_OTHERS },
  "POST /v1/conversations/{conversation_id}": { body: UpdateBody },
  "POST /v1/conversations/{conversation_id}/items": {
    body: AddItemsBody,
    others: ITEM_OTHERS,
    query: ItemQuery,
  },
  "GET /v1/conversations/{conversation_id}/items": { query: ItemsQuery },
  "GET /v1/conversations/{conversation_id}/items/{item_id}": { query: ItemQuery },
};

type Conversation = {
  readonly id: ConversationId;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
};

/** Conversations and the items in them. */
export const conversationRoutes = (depsFor: DepsFor<ConversationDeps>) =>
  new Hono<AppEnv>()
    .post("/", async (c) => {
      const body = await readJson(c, CreateBody, ITEM_OTHERS);
      if (!body.ok) return problem(c, body.error);
      const { items, metadata } = body.value;
      const id = newId("conv_");
      const conversation = { id, metadata, createdAt: Math.floor(Date.now() / 1000) };
      const deps = depsFor(c.env, c.get("scope"));
      const created = await deps.call(conversationKeyOf(id), (object) =>
        object.create(conversation, items),
      );
      return created.ok ? c.json(conversationBody(created.value)) : problem(c, created.error);
    })
    .get("/:id", async (c) => {
      const id = c.req.param("id");
      if (!isConversationId(id)) return problem(c, missing(id));
      const deps = depsFor(c.env, c.get("scope"));
      const found = await deps.call(conversationKeyOf(id), (object) => object.read());
      return found ? c.json(conversationBody(found)) : problem(c, missing(id));
    })
    .post("/:id", async (c) => {
      const body = await readJson(c, UpdateBody);
      if (!body.ok) return problem(c, body.error);
      const id = c.req.param("id");
      if (!isConversationId(id)) return problem(c, missing(id));
      const deps = depsFor(c.env, c.get("scope"));
      const updated = await deps.call(conversationKeyOf(id), (object) =>
        object.update(body.value.metadata),
      );
      return updated ? c.json(conversationBody(updated)) : problem(c, missing(id));
    })
    .delete("/:id", async (c) => {
      const id = c.req.param("id");
      if (!isConversationId(id)) return problem(c, missing(id));
      const deps = depsFor(c.env, c.get("scope"));
      const removed = await deps.call(conversationKeyOf(id), (object) => object.remove());
      if (!removed) return problem(c, missing(id));
      return c.json({ id, object: "conversation.deleted", deleted: true });
    })
    .post("/:id/items", async (c) => {
      const query = readQuery(c, ItemQuery);
      if (!query.ok) return problem(c, query.error);
      const body = await readJson(c, AddItemsBody, ITEM_OTHERS);
      if (!body.ok) return problem(c, body.error);
      const id = c.req.param("id");
      if (!isConversationId(id)) return problem(c, missing(id));
      const deps = depsFor(c.env, c.get("scope"));
      const added = await deps.call(conversationKeyOf(id), (object) =>
        object.addItems(body.value.items),
      );
      if (!added) return problem(c, missing(id));
      if (!added.ok) return problem(c, added.error);
      return c.json(itemList({ items: added.value, hasMore: false }));
    })
    .get("/:id/items", async (c) => {
      const query = readQuery(c, ItemsQuery);
      if (!query.ok) return problem(c, query.error);
      const id = c.req.param("id");
      if (!isConversationId(id)) return problem(c, missing(id));
      const { include, ...page } = query.value;
      const deps = depsFor(c.env, c.get("scope"));
      const items = await deps.call(conversationKeyOf(id), (object) =>
        object.items(page, shownBy(include)),
      );
      if (!items) return problem(c, missing(id));
      return items.ok ? c.json(itemList(items.value)) : problem(c, items.error);
    })
    .get("/:id/items/:itemId", async (c) => {
      const query = readQuery(c, ItemQuery);
      if (!query.ok) return problem(c, query.error);
      const { id, itemId } = c.req.param();
      if (!isConversationId(id)) return problem(c, missing(id));
      const deps = depsFor(c.env, c.get("scope"));
      const item = await deps.call(conversationKeyOf(id), (object) =>
        object.item(itemId, shownBy(query.value.include)),
      );
      return item ? c.json(item) : problem(c, notFound("item", itemId));
    })
    .delete("/:id/items/:itemId", async (c) => {
      const { id, itemId } = c.req.param();
      if (!isConversationId(id)) return problem(c, missing(id));
      const deps = depsFor(c.env, c.get("scope"));
      const left = await deps.call(conversationKeyOf(id), (object) => object.removeItem(itemId));
      return left ? c.json(conversationBody(left)) : problem(c, notFound("item", itemId));
    });

const missing = (id: string) => notFound("conversation", id);

const conversationBody = ({ id, metadata, createdAt }: Conversation) => ({
  id,
  object: "conversation",
  metadata,
  created_at: createdAt,
});
