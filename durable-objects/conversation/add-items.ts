import { jsonBytes, STORED_JSON_BYTES_MAX } from "../../src/bounds.ts";
import { toItem } from "../../src/conversation/input-item.ts";
import type { Item } from "../../src/conversation/item.ts";
import type { NewItem } from "../../src/conversation/resolve-items.ts";
import { newItemKey } from "../../src/ids.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import type { ItemPlace, ItemTables } from "./item-tables.ts";

/**
 * Adds a client's items to the conversation with the key `conversationKey`, or as a response's input. A reference adds
 * a copy of its item. Refuses a reference to an item that this conversation does not store.
 */
export function addItems(
  tables: ItemTables,
  params: readonly NewItem[],
  place: ItemPlace,
  conversationKey: string,
): Result<readonly Item[], Refusal> {
  const newKey = () => newItemKey(conversationKey);
  const items: Item[] = [];
  for (const [index, param] of params.entries()) {
    const item = makeItem(tables, param, newKey);
    const list = place.side === "input" ? "input" : "items";
    if (!item) {
      const id = param.type === "item_reference" ? param.id : "";
      return err(notFound("item", id, `${list}[${index}].id`));
    }
    if (jsonBytes(item) > STORED_JSON_BYTES_MAX) return err(tooLarge(`${list}[${index}]`));
    tables.add(item, place);
    items.push(item);
  }
  return ok(items);
}

function makeItem(tables: ItemTables, param: NewItem, newKey: () => string): Item | null {
  if (param.type === "item_copy") return copyItem(param.item, newKey());
  if (param.type !== "item_reference") return toItem(param, newKey);
  const item = tables.find(param.id);
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
