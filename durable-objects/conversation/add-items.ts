import { jsonBytes, STORED_JSON_BYTES_MAX } from "../../src/bounds.ts";
import { type InputItemParam, toItem } from "../../src/conversation/input-item.ts";
import type { Item } from "../../src/conversation/item.ts";
import { newKey } from "../../src/ids.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import type { ItemPlace, ItemTables } from "./item-tables.ts";

/**
 * Adds a client's items to the conversation, or as a response's input. A reference adds a copy of its item. `param` is
 * the parameter that a refusal names.
 */
export function addItems(
  tables: ItemTables,
  params: readonly InputItemParam[],
  place: ItemPlace,
  param: string,
): Result<readonly Item[], Refusal> {
  const items: Item[] = [];
  for (const [index, one] of params.entries()) {
    const item =
      one.type === "item_reference" ? copyItem(tables.find(one.id)) : toItem(one, newKey);
    if (!item) return err(notFound("item", one.id ?? "", `${param}[${index}].id`));
    if (jsonBytes(item) > STORED_JSON_BYTES_MAX) return err(tooLarge(`${param}[${index}]`));
    tables.add(item, place);
    items.push(item);
  }
  return ok(items);
}

const tooLarge = (param: string): Refusal => ({
  code: "payload_too_large",
  message: `'${param}' has more than ${STORED_JSON_BYTES_MAX} bytes as JSON. Send it as several items, or upload it as a file.`,
  param,
});

const copyItem = (item: Item | null) =>
  item && { ...item, id: `${item.id.slice(0, item.id.indexOf("_"))}_${newKey()}` };
