import type { Item } from "../../../src/conversation/item.ts";
import type { ListedConversation, ListedResponse } from "../../../src/conversation/listed.ts";
import { chooseTier } from "../../../src/conversation/service-tier.ts";
import { makeTitle, titleItem } from "../../../src/conversation/title.ts";
import type { ResponseId } from "../../../src/ids.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";

/** Maximum length of an error message in lists, in UTF-16 code units. */
const ERROR_SHOWN_MAX = 1_000;

/**
 * Makes the conversation's row in D1's list; null if the object has no conversation. `activeAt` is the time of the last
 * question, in milliseconds since the epoch; null for the time of creation.
 */
export function summarizeConversation(
  tables: ConversationTables,
  firstItems: readonly Item[],
  { activeAt }: { readonly activeAt: number | null },
): ListedConversation | null {
  const conversation = tables.conversation();
  if (!conversation) return null;
  const { id, metadata, createdAt } = conversation;
  const question = firstItems.find((item) => titleItem(item) !== null);
  return {
    id,
    title: makeTitle(metadata["title"] ?? "") ?? titleItem(question),
    metadata,
    createdAt,
    activeAt: activeAt === null ? createdAt : Math.floor(activeAt / 1000),
  };
}

/** Makes a response's row in D1's list; null for a foreground response and for one that was erased. */
export function summarizeResponse(
  tables: ConversationTables,
  id: ResponseId,
): ListedResponse | null {
  const stored = tables.response(id);
  if (!stored?.request?.background || stored.status === "deleted") return null;
  const { request, settled, conversationId, status, createdAt } = stored;
  const question = tables.items.listOwn(id, "input").findLast((item) => titleItem(item) !== null);
  const outcome = settled?.outcome;
  return {
    id,
    conversationId,
    status,
    model: request.model,
    workflow: request.workflow?.name ?? null,
    serviceTier: chooseTier(request.service_tier),
    title: titleItem(question),
    error: outcome?.type === "failed" ? outcome.message.slice(0, ERROR_SHOWN_MAX) : null,
    createdAt,
    endedAt: settled?.at ?? null,
  };
}
