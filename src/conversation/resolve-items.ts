import { jsonBytes } from "../bounds.ts";
import { readItemOwner } from "../ids.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { unpackItems } from "./compaction.ts";
import type { InputItemParam, SentItem } from "./input-item.ts";
import type { Item } from "./item.ts";
import { COPIED_BYTES_MAX, ITEMS_TOO_LARGE } from "./refusals.ts";

/** A copy of an item that another conversation stores, in the place of the client's reference to it. */
type ItemCopy = { readonly type: "item_copy"; readonly item: Item };
type ItemReference = Extract<InputItemParam, { type: "item_reference" }>;
/** An item to add: as the client sent it, a copy, or a reference to an item of the same conversation. */
export type NewItem = SentItem | ItemCopy | ItemReference;

/** The dependencies of `resolveItems`. */
export type ReferenceDeps = {
  /** Reads items of one conversation by their ids, in their order; null for an item that is not stored. */
  storedItems(
    conversationKey: string,
    ids: readonly string[],
  ): Promise<Result<readonly (Item | null)[], Refusal>>;
};

/** Maximum number of other conversations that one request may refer to. Each one is a call of its object. */
const OWNERS_MAX = 200;
/** Calls of objects at a time. */
const CALLS_MAX = 6;

/**
 * Unpacks compacted items, and replaces references to items of other conversations of the project by copies. An item's
 * id names the conversation that stores it; an id that does not is looked up in the conversation with the key
 * `conversationKey` later. Refuses items that were deleted or never stored. `param` is the parameter that a refusal
 * names.
 */
export async function resolveItems(
  deps: ReferenceDeps,
  conversationKey: string,
  params: readonly InputItemParam[],
  param: string,
): Promise<Result<readonly NewItem[], Refusal>> {
  const copies = await copyItems(deps, conversationKey, params, param);
  if (!copies.ok) return copies;
  const resolved: NewItem[] = [];
  for (const [index, one] of params.entries()) {
    const copy = copies.value.get(index);
    if (copy) {
      resolved.push({ type: "item_copy", item: copy });
    } else if (one.type === "compaction") {
      const unpacked = unpackItems(one.encrypted_content);
      if (!unpacked.ok) return err({ ...unpacked.error, param: `${param}[${index}]` });
      for (const item of unpacked.value) resolved.push(item);
    } else {
      resolved.push(one);
    }
  }
  return ok(resolved);
}

/** Reads the items of other conversations that `params` refer to, by their index. */
async function copyItems(
  deps: ReferenceDeps,
  conversationKey: string,
  params: readonly InputItemParam[],
  param: string,
): Promise<Result<ReadonlyMap<number, Item>, Refusal>> {
  const foreign = params.flatMap((one, index) => {
    const owner = one.type === "item_reference" ? readItemOwner(one.id) : null;
    const id = one.id ?? "";
    return owner === null || owner === conversationKey ? [] : [{ index, owner, id }];
  });
  const owners = [...Map.groupBy(foreign, ({ owner }) => owner)];
  if (owners.length > OWNERS_MAX) {
    const message = `'${param}' refers to items of ${owners.length} responses or conversations; at most ${OWNERS_MAX} are read. Send the items themselves, or keep them in one conversation.`;
    return err({ code: "invalid_request", message, param });
  }
  const copies = new Map<number, Item>();
  let bytes = 0;
  for (let at = 0; at < owners.length; at += CALLS_MAX) {
    const found = await Promise.all(
      owners.slice(at, at + CALLS_MAX).map(async ([owner, references]) => ({
        references,
        items: await deps.storedItems(
          owner,
          references.map(({ id }) => id),
        ),
      })),
    );
    for (const { references, items } of found) {
      if (!items.ok) return err({ ...items.error, param });
      for (const [place, { index, id }] of references.entries()) {
        const item = items.value[place];
        if (!item) return err(notFound("item", id, `${param}[${index}].id`));
        bytes += jsonBytes(item);
        if (bytes > COPIED_BYTES_MAX) return err({ ...ITEMS_TOO_LARGE, param });
        copies.set(index, item);
      }
    }
  }
  return ok(copies);
}
