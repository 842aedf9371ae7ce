import { jsonBytes, STORED_JSON_BYTES_MAX } from "../../../src/bounds.ts";
import { toItem } from "../../../src/conversation/input-item.ts";
import type { Item } from "../../../src/conversation/item.ts";
import type { NewItem } from "../../../src/conversation/resolve-items.ts";
import { newItemKey } from "../../../src/ids.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { ItemPlace, ItemTables } from "../tables/item-tables.ts";

/**
 * Adds items of a request to a conversation, to the input of a response, or to both, as `place` says. `conversationKey`
 * is the part of ids that the conversation's items share. For a reference to an item of this object, a copy of the item
 * is added; a reference to an item that does not exist is refused.
 */
export function addItems(
  tables: ItemTables,
  added: readonly NewItem[],
  place: ItemPlace,
  conversationKey: string,
): Result<readonly Item[], Refusal> {
  const newKey = () => newItemKey(conversationKey);
  const items: Item[] = [];
  for (const { param, content } of added) {
    const item = makeItem(tables, content, newKey);
    if (!item) {
      const id = content.type === "item_reference" ? content.id : "";
      return err(notFound("item", id, `${param}.id`));
    }
    if (jsonBytes(item) > STORED_JSON_BYTES_MAX) return err(tooLarge(param));
    tables.add(item, place);
    items.push(item);
  }
  return ok(items);
}

function makeItem(
  tables: ItemTables,
  content: NewItem["content"],
  newKey: () => string,
): Item | null {
  if (content.type === "item_copy") return copyItem(content.item, newKey());
  if (content.type !== "item_reference") return toItem(content, newKey);
  const item = tables.find(content.id);
  return item && copyItem(item, newKey());
}

const tooLarge = (param: string): Refusal => ({
  code: "payload_too_large",
  message: `'${param}' has more than ${STORED_JSON_BYTES_MAX} bytes as JSON. Send it as several items, or upload it as a file.`,
  param,
});

const copyItem = (item: Item, key: string): Item => ({
  ...item,
  id: `${item.id.slice(0, item.id.indexOf("_"))}_${key}`,
});
