/** A list as far as it is read: its items, the cursor of the next page, and whether there is one. */
export type Listed<Item> = {
  readonly items: readonly Item[];
  readonly after: string | undefined;
  readonly hasMore: boolean;
};

/** A page of a list, as every list of the API has it. */
export type Page<Item> = {
  readonly data: readonly Item[];
  readonly last_id: string | null;
  readonly has_more: boolean;
};

/**
 * Puts a page that was read again into a list, in the place of the items that it covers. `after` is the id of the item
 * that the page begins after; undefined for the beginning of the list. A first page that has no item of the list is the
 * whole list from then on; another one that cannot be placed changes nothing.
 */
export function splicePage<Item extends { readonly id: string }>(
  listed: Listed<Item>,
  after: string | undefined,
  page: Page<Item>,
): Listed<Item> {
  const { items } = listed;
  const { data, last_id: lastId, has_more: hasMore } = page;
  if (data.length === 0 && hasMore && lastId) return dropUntil(listed, after, lastId);
  const place = new Map(items.map(({ id }, index) => [id, index]));
  const from = after === undefined ? 0 : (place.get(after) ?? -1) + 1;
  if (after !== undefined && from === 0) return listed;
  const last = data.findLast(({ id }) => place.has(id));
  const covered = last === undefined ? -1 : (place.get(last.id) ?? -1);
  const isApart = covered < from && items.length > from && hasMore;
  if (isApart && after !== undefined) return listed;
  const seen = new Set(data.map(({ id }) => id));
  const rest =
    hasMore && !isApart ? items.slice(covered + 1).filter(({ id }) => !seen.has(id)) : [];
  const all = [...items.slice(0, from).filter(({ id }) => !seen.has(id)), ...data, ...rest];
  if (rest.length > 0) return { ...listed, items: all };
  return { items: all, after: lastId || undefined, hasMore };
}

/**
 * Takes the items out of a list that a page with filters has looked for and no longer found: those from `after` to the id
 * up to which it has looked. The ids of such lists sort by time, the newest first.
 */
function dropUntil<Item extends { readonly id: string }>(
  listed: Listed<Item>,
  after: string | undefined,
  lookedTo: string,
): Listed<Item> {
  const items = listed.items.filter(({ id }) => id < lookedTo || (after ? id >= after : false));
  const isBehind = listed.after === undefined || listed.after > lookedTo;
  return isBehind ? { items, after: lookedTo, hasMore: true } : { ...listed, items };
}

/** Adds a page to the end of a list. One that begins elsewhere, since the list has changed meanwhile, changes nothing. */
export function appendPage<Item extends { readonly id: string }>(
  listed: Listed<Item>,
  after: string | undefined,
  { data, last_id: lastId, has_more: hasMore }: Page<Item>,
): Listed<Item> {
  if (listed.after !== after) return listed;
  const known = new Set(listed.items.map(({ id }) => id));
  const added = data.filter(({ id }) => !known.has(id));
  return { items: [...listed.items, ...added], after: lastId || undefined, hasMore };
}
