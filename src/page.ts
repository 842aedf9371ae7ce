/**
 * A request for one page of a list. The cursors `after` and `before` are positions in the list: ids that sort by time,
 * or numbers. The page begins after `after`, or ends directly before `before`. With both, it begins after `after` and
 * holds only entries before `before`.
 */
export type PageRequest<Position> = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: Position | null | undefined;
  readonly before?: Position | null | undefined;
};

/**
 * A page of a list. `hasMore` is true if the list has more rows in the direction in which the page was read. `lookedTo` is
 * the cursor of the next page where that is not the last row: of a page with filters that ends early.
 */
export type Page<Row> = {
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
  readonly lookedTo?: string;
};

/**
 * The range of rows to read for a page of a list: those between `low` and `high`, both exclusive, or unbounded if null.
 * `direction` is the SQL sort direction.
 */
export type PageRange<Position> = {
  readonly low: Position | null;
  readonly high: Position | null;
  readonly direction: "ASC" | "DESC";
};

/**
 * Computes the range of rows to read for a page, and the sort direction of the query. A page that has only the cursor
 * `before` is read in the opposite direction, from the cursor backwards; `cutPage` then restores the order.
 */
export function planPage<Position>(page: PageRequest<Position>): PageRange<Position> {
  const { order, after = null, before = null } = page;
  const isDescending = (order === "desc") !== isBackwards(page);
  const [low, high] = order === "asc" ? [after, before] : [before, after];
  return { low, high, direction: isDescending ? "DESC" : "ASC" };
}

/**
 * Cuts the rows that were read for a page to at most `limit`, and puts them in the order of the request. Callers read
 * `limit + 1` rows: if the extra one exists, `hasMore` is true.
 */
export function cutPage<Row>(rows: readonly Row[], page: PageRequest<unknown>): Page<Row> {
  const cut = rows.slice(0, page.limit);
  return { rows: isBackwards(page) ? cut.toReversed() : cut, hasMore: rows.length > page.limit };
}

/** Tests whether a page is read from its end: it has only the cursor `before`. */
export const isBackwards = ({ after = null, before = null }: PageRequest<unknown>) =>
  before !== null && after === null;
