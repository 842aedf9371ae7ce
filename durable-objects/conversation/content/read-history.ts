import type { Item } from "../../../src/conversation/item.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";
import type { StoredResponse } from "../tables/stored-response.ts";

/**
 * Reads the items that a response gets as its history, oldest first, with its own input at the end. A response in a
 * conversation gets the conversation's items before it. Any other response gets the items of the chain of responses
 * that it continues; if a response of the chain is in a conversation, also the conversation's items up to that
 * response.
 */
export function readHistory(
  tables: ConversationTables,
  response: Pick<StoredResponse, "id" | "conversationId" | "previousId">,
): Item[] {
  const { items } = tables;
  if (response.conversationId)
    return items.history(items.range(response.id)?.first ?? NONE, [response.id]);
  const chain = [response.id];
  let { previousId } = response;
  while (previousId) {
    chain.push(previousId);
    const ancestor = tables.response(previousId);
    if (ancestor?.conversationId)
      return items.history(items.range(previousId)?.last ?? NONE, chain);
    previousId = ancestor?.previousId ?? null;
  }
  return items.history(NONE, chain);
}

/** A number before that of every item. */
const NONE = -1;
