import { jsonBytes, STORED_JSON_BYTES_MAX } from "../../../src/bounds.ts";
import { toItem } from "../../../src/conversation/input-item.ts";
import type { Item, ReferredItem } from "../../../src/conversation/item.ts";
import type { NewItem } from "../../../src/conversation/resolve-items.ts";
import { newItemKey } from "../../../src/ids.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { ItemPlace, ItemTables } from "../tables/item-tables.ts";

/**
 * Adds items of a request to a conversation, to the input of a response, or to both, as `place` says. `conversationKey`
 * is the part of ids that the conversation's items share. For a reference to an item of this object, a copy of the item
 * is added; a reference to an item that does not exist is refused. A copy leads to the response of its original.
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
    const made = makeItem(tables, content, newKey);
    if (!made) {
      const id = content.type === "item_reference" ? content.id : "";
      return err(notFound("item", id, `${param}.id`));
    }
    const { item, originId } = made;
    if (jsonBytes(item) > STORED_JSON_BYTES_MAX) return err(tooLarge(param));
    tables.add(item, { ...place, originId });
    items.push(item);
  }
  return ok(items);
}

function makeItem(
  tables: ItemTables,
  content: NewItem["content"],
  newKey: () => string,
): ReferredItem | null {
  if (content.type === "item_copy") return copyItem(content, newKey());
  if (content.type !== "item_reference") return { item: toItem(content, newKey), originId: null };
  const found = tables.find(content.id);
  return found && copyItem(found, newKey());
}

const tooLarge = (param: string): Refusal => ({
  code: "payload_too_large",
  message: `'${param}' has more than ${STORED_JSON_BYTES_MAX} bytes as JSON. Send it as several items, or upload it as a file.`,
  param,
});

const copyItem = ({ item, originId }: ReferredItem, key: string): ReferredItem => ({
  item: { ...item, id: `${item.id.slice(0, item.id.indexOf("_"))}_${key}` },
  originId,
});
