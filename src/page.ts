/**
 * A request for one page of a list. The cursors are positions in the list: ids that sort by time, or numbers. The page
 * begins after `after`, or ends directly before `before`. With both, it begins after `after` and holds only entries
 * before `before`.
 */
export type PageRequest<Position> = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: Position | null | undefined;
  readonly before?: Position | null | undefined;
};

/** The rows to read for a page: those between `low` and `high`, both exclusive, in the given direction. */
export type PageRange<Position> = {
  readonly low: Position | null;
  readonly high: Position | null;
  readonly direction: "ASC" | "DESC";
};

/**
 * Returns the range of rows to read for a page and the direction of the query. For a page that ends before a cursor the
 * direction is reversed, and `cutPage` turns the rows round.
 */
export function planPage<Position>(page: PageRequest<Position>): PageRange<Position> {
  const { order, after = null, before = null } = page;
  const isDescending = (order === "desc") !== isBackwards(page);
  const [low, high] = order === "asc" ? [after, before] : [before, after];
  return { low, high, direction: isDescending ? "DESC" : "ASC" };
}

/**
 * Returns at most `limit` of the rows read for a page, in the order of the request. Callers read `limit + 1` rows: if
 * the last one exists, `hasMore` is true.
 */
export function cutPage<Row>(
  rows: readonly Row[],
  page: PageRequest<unknown>,
): { rows: Row[]; hasMore: boolean } {
  const cut = rows.slice(0, page.limit);
  return { rows: isBackwards(page) ? cut.toReversed() : cut, hasMore: rows.length > page.limit };
}

const isBackwards = ({ after = null, before = null }: PageRequest<unknown>) =>
  before !== null && after === null;
