import type { Item } from "../../../src/conversation/item.ts";
import type { ListedConversation, ListedResponse } from "../../../src/conversation/listed.ts";
import { chooseTier } from "../../../src/conversation/service-tier.ts";
import { makeTitle, titleItem } from "../../../src/conversation/title.ts";
import type { ResponseId } from "../../../src/ids.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";

/** Maximum number of characters of an error that lists show. */
const ERROR_SHOWN_MAX = 1_000;

/**
 * Makes the row of the conversation in its list; null if there is none. `activeAt` is the time of the last question in
 * milliseconds since the epoch, or null.
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

/** Makes the row of a response in the background in its list; null if it was erased, or is in the foreground. */
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
