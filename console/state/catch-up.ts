/** The part of a list that is read at once: its newest entries, or those before the entry `after`. */
export type NewestFirst = {
  readonly limit: number;
  readonly order: "desc";
  readonly after: string | undefined;
};

type Entry = { readonly id: string };
type Page<Of extends Entry> = {
  readonly data: readonly Of[];
  readonly last_id: string | null;
  readonly has_more: boolean;
};

/** Number of the newest entries that are read first: most changes are among them. */
const NEWEST = 20;
const PAGE_SIZE = 100;

/**
 * Reads a list again, of which `known` was read before, both the oldest entry first. It is read from its end until an
 * entry that is known: what is before that one is taken as it was.
 */
export async function catchUp<Of extends Entry>(
  known: readonly Of[],
  read: (page: NewestFirst) => Promise<Page<Of>>,
): Promise<readonly Of[]> {
  const places = new Map(known.map(({ id }, index) => [id, index]));
  const newer: Of[] = [];
  for (let after: string | undefined; ;) {
    const limit = after === undefined ? NEWEST : PAGE_SIZE;
    const page = await read({ limit, order: "desc", after });
    newer.push(...page.data);
    if (!page.has_more || !page.last_id) return newer.toReversed();
    const place = places.get(page.last_id);
    if (place !== undefined) return [...known.slice(0, place), ...newer.toReversed()];
    after = page.last_id;
  }
}
