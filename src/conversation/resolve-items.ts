import { jsonBytes } from "../bounds.ts";
import { newItemKey, readItemOwner } from "../ids.ts";
import { notFound, type Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { unpackItems } from "./compaction.ts";
import {
  findImage,
  INPUT_ITEMS_MAX,
  type InputItemParam,
  type SentItem,
  toItem,
} from "./input-item.ts";
import type { Item, ReferredItem } from "./item.ts";
import { COPIED_BYTES_MAX, imageRefused, ITEMS_TOO_LARGE } from "./refusals.ts";

/** A copy of an item that another conversation stores, in the place of the client's reference to it. */
type ItemCopy = ReferredItem & { readonly type: "item_copy" };
type ItemReference = Extract<InputItemParam, { type: "item_reference" }>;

/**
 * An item to add to a conversation. `param` names the part of the request that it comes from, such as `input[3]`, for
 * error messages.
 */
export type NewItem = {
  readonly param: string;
  /**
   * The item as the client sent it, a copy of an item of another conversation, or a reference to one of this
   * conversation.
   */
  readonly content: SentItem | ItemCopy | ItemReference;
};

/** The look-up of items in other conversations, which `resolveItems` needs to copy them. */
export type ReferenceDeps = {
  /** Reads items of one conversation, in the order of `ids`; null for an id that is not stored there. */
  storedItems(
    conversationKey: string,
    ids: readonly string[],
  ): Promise<Result<readonly (ReferredItem | null)[], Refusal>>;
};

/** The items of a request: its list, and the name of that list. */
type SentList = { readonly items: readonly InputItemParam[]; readonly param: "input" | "items" };

/** Maximum number of conversations that one request may refer to. Each one is a call of its object. */
const OWNERS_MAX = 200;
/** Calls of objects at a time. */
const CALLS_MAX = 6;

/**
 * Prepares the items of a request to be added to the conversation with the key `conversationKey`: unpacks compacted
 * items, and replaces references to items of the project's other conversations by copies. An item's id names the
 * conversation that stores it; a reference to an item of this conversation, or one whose id names none, is kept.
 * Refuses references to items that do not exist, and more than `INPUT_ITEMS_MAX` items or `COPIED_BYTES_MAX` bytes of
 * them.
 */
export async function resolveItems(
  deps: ReferenceDeps,
  conversationKey: string,
  list: SentList,
): Promise<Result<readonly NewItem[], Refusal>> {
  return await resolve(deps, list, (id) => {
    const owner = readItemOwner(id);
    return owner === conversationKey ? null : owner;
  });
}

/**
 * Returns the items of a request that stores nothing, such as a token count. Compacted items are unpacked, and all
 * references are replaced by copies of the items. Refuses references to items that do not exist.
 */
export async function readItems(
  deps: ReferenceDeps,
  conversationKey: string,
  list: SentList,
): Promise<Result<readonly Item[], Refusal>> {
  const resolved = await resolve(deps, list, (id) => readItemOwner(id) ?? conversationKey);
  if (!resolved.ok) return resolved;
  const newKey = () => newItemKey(conversationKey);
  const items = resolved.value.flatMap(({ content }) => {
    if (content.type === "item_copy") return [content.item];
    return content.type === "item_reference" ? [] : [toItem(content, newKey)];
  });
  return ok(items);
}

async function resolve(
  deps: ReferenceDeps,
  { items, param }: SentList,
  findOwner: (id: string) => string | null,
): Promise<Result<readonly NewItem[], Refusal>> {
  const image = findImage(items, param);
  if (image !== null) return err(imageRefused("Models here read", image));
  const references = items.flatMap((one, index) => {
    const owner = one.type === "item_reference" ? findOwner(one.id) : null;
    return owner === null ? [] : [{ owner, id: one.id ?? "", param: `${param}[${index}]` }];
  });
  const copies = await copyItems(deps, references);
  if (!copies.ok) return err({ param, ...copies.error });
  let bytes = jsonBytes(Array.from(copies.value.values(), ({ item }) => item));
  const resolved: NewItem[] = [];
  for (const [index, one] of items.entries()) {
    const place = `${param}[${index}]`;
    const copy = copies.value.get(place);
    if (copy) {
      resolved.push({ param: place, content: { type: "item_copy", ...copy } });
    } else if (one.type === "compaction") {
      const unpacked = unpackItems(one.encrypted_content, COPIED_BYTES_MAX - bytes);
      if (!unpacked.ok) return err({ ...unpacked.error, param: place });
      bytes += unpacked.value.bytes;
      for (const content of unpacked.value.items) resolved.push({ param: place, content });
    } else {
      resolved.push({ param: place, content: one });
    }
  }
  return resolved.length > INPUT_ITEMS_MAX ? err(tooMany(param)) : ok(resolved);
}

type Reference = { readonly owner: string; readonly id: string; readonly param: string };

/** Reads the items of references, by the places of these. */
async function copyItems(
  deps: ReferenceDeps,
  references: readonly Reference[],
): Promise<Result<ReadonlyMap<string, ReferredItem>, Refusal>> {
  const owners = [...Map.groupBy(references, ({ owner }) => owner)];
  if (owners.length > OWNERS_MAX) return err(tooManyOwners(owners.length));
  const copies = new Map<string, ReferredItem>();
  let bytes = 0;
  for (let at = 0; at < owners.length; at += CALLS_MAX) {
    const found = await Promise.all(
      owners.slice(at, at + CALLS_MAX).map(async ([owner, own]) => {
        const ids = own.map(({ id }) => id);
        return { own, items: await deps.storedItems(owner, ids) };
      }),
    );
    for (const { own, items } of found) {
      if (!items.ok) return items;
      for (const [place, { param, id }] of own.entries()) {
        const copy = items.value[place];
        if (!copy) return err(notFound("item", id, `${param}.id`));
        bytes += jsonBytes(copy.item);
        if (bytes > COPIED_BYTES_MAX) return err(ITEMS_TOO_LARGE);
        copies.set(param, copy);
      }
    }
  }
  return ok(copies);
}

const tooManyOwners = (count: number): Refusal => ({
  code: "invalid_request",
  message: `The request refers to items of ${count} responses or conversations; at most ${OWNERS_MAX} are read. Send the items themselves, or keep them in one conversation.`,
});

const tooMany = (param: string): Refusal => ({
  code: "invalid_request",
  message: `'${param}' has more than ${INPUT_ITEMS_MAX} items once its compactions are unpacked. Send fewer.`,
  param,
});
