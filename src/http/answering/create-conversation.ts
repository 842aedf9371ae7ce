import type {
  ConversationDeps,
  StoredConversation,
  VersionedConversation,
} from "../../conversation/conversation-client.ts";
import type { InputItemParam } from "../../conversation/input-item.ts";
import type { Item } from "../../conversation/item.ts";
import { type ReferenceDeps, resolveItems } from "../../conversation/resolve-items.ts";
import type { ConversationPolicy } from "../../conversation/turn-policy.ts";
import { type ConversationId, readConversationKey } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import {
  claimOn,
  type Created,
  createOnce,
  KEY_SPENT,
  type RequestKey,
} from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";

/** The dependencies of the routes of conversations. */
export type ConversationRouteDeps = ConversationDeps & ReferenceDeps;

/** A client's request for a new conversation, with the scope (project) of the client. */
type NewConversation = {
  readonly scope: Scope;
  readonly items: InputItemParam[];
  readonly metadata: StoredConversation["metadata"];
  readonly conversation_policy?: ConversationPolicy | null | undefined;
};

/**
 * Creates a conversation with its first items. If an earlier request with the same idempotency key has created one,
 * returns that one.
 */
export async function createConversation(
  deps: ConversationRouteDeps,
  { scope, items, metadata, conversation_policy }: NewConversation,
  key: RequestKey | null,
): Promise<Result<Created<VersionedConversation>, Refusal>> {
  const createdAt = Math.floor(Date.now() / 1000);
  const policy = conversation_policy ?? null;
  return await createOnce(key, "conv_", {
    find: async (id, claim) => {
      const owner = readConversationKey(id);
      const made = await deps.call(owner, (object) => object.madeWith(claim));
      if (!made.ok || !made.value) return made.ok ? ok(null) : made;
      const conversation = await deps.call(owner, (object) => object.read());
      return conversation ? ok(conversation) : err(KEY_SPENT);
    },
    create: async (id, claim) => {
      const owner = readConversationKey(id);
      const resolved = await resolveItems(deps, owner, { items, param: "items" });
      if (!resolved.ok) return resolved;
      const conversation = { id, metadata, createdAt, policy };
      return await deps.call(owner, (object) =>
        object.create(conversation, resolved.value, claim, scope),
      );
    },
  });
}

/**
 * Adds items to a conversation. If an earlier request with the same idempotency key has added them, returns those.
 * Refuses if the conversation does not exist or an item refers to an unknown one.
 */
export async function addConversationItems(
  deps: ConversationRouteDeps,
  id: ConversationId,
  items: InputItemParam[],
  key: RequestKey | null,
): Promise<Result<Created<readonly Item[]>, Refusal>> {
  const owner = readConversationKey(id);
  const claim = key && claimOn(key, key.today);
  const resolved = await resolveItems(deps, owner, { items, param: "items" });
  // An earlier request with the key may have added the items, although an item they refer to has been deleted since.
  const made =
    claim && !resolved.ok && (await deps.call(owner, (object) => object.madeWith(claim)));
  if (!resolved.ok && !(made && made.ok && made.value)) return resolved;
  const added = await deps.call(owner, (object) =>
    object.addItems(resolved.ok ? resolved.value : [], claim),
  );
  return added ?? err(notFound("conversation", id));
}
