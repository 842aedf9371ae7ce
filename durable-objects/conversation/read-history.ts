import type { Item } from "../../src/conversation/item.ts";
import type { ConversationTables, StoredResponse } from "./conversation-tables.ts";

/**
 * Reads the items that a response answers to, oldest first, with its own input at the end. A response in a conversation
 * answers to the conversation's items before it. Any other response answers to the chain of responses that it
 * continues; if one of them is in a conversation, also to the conversation's items up to that one.
 */
export function readHistory(
  tables: ConversationTables,
  response: Pick<StoredResponse, "id" | "conversationId" | "previousId">,
): Item[] {
  if (response.conversationId)
    return tables.items.history(tables.items.firstSeq(response.id), [response.id]);
  const chain = [response.id];
  let { previousId } = response;
  while (previousId) {
    chain.push(previousId);
    const ancestor = tables.response(previousId);
    if (ancestor?.conversationId)
      return tables.items.history(tables.items.lastSeq(previousId), chain);
    previousId = ancestor?.previousId ?? null;
  }
  return tables.items.history(-1, chain);
}
