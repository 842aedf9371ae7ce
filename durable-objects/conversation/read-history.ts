import type { Item } from "../../src/conversation/item.ts";
import type { ConversationTables, StoredResponse } from "./conversation-tables.ts";

/**
 * Reads the items that a response answers to, oldest first, its own input last. A turn of a conversation sees the items
 * from before the turn. Another response sees its chain of ancestors; if one of them is a turn, it also sees the
 * conversation up to that turn.
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
