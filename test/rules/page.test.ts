import { describe, it } from "vitest";

import { cutPage, type PageRequest, planPage } from "../../src/page.ts";

/** Positions of a list in which 2 and 5 were deleted. */
const ROWS = [1, 3, 4, 6, 7];
const CURSORS = [null, 0, 1, 2, 4, 5, 7, 8];

/** Reads a page as a database does, by the plan. */
function readPage(page: PageRequest<number>) {
  const { low, high, direction } = planPage(page);
  const inRange = ROWS.filter((row) => row > (low ?? -1) && row < (high ?? 100));
  const ordered = direction === "ASC" ? inRange : inRange.toReversed();
  return cutPage(ordered.slice(0, page.limit + 1), page);
}

/** The same page, cut from the whole list. */
function expectPage({ limit, order, after = null, before = null }: PageRequest<number>) {
  const sign = order === "asc" ? 1 : -1;
  const list = order === "asc" ? ROWS : ROWS.toReversed();
  const range = list.filter(
    (row) =>
      (after === null || sign * (row - after) > 0) &&
      (before === null || sign * (before - row) > 0),
  );
  const isEnd = after === null && before !== null;
  const rows = isEnd ? range.slice(-limit) : range.slice(0, limit);
  return { rows, hasMore: range.length > limit };
}

describe("a page of a list", () => {
  it("is the range between its cursors, in its order, for all cursors", ({ expect }) => {
    for (const order of ["asc", "desc"] as const) {
      for (const after of CURSORS) {
        for (const before of CURSORS) {
          for (const limit of [1, 2, 10]) {
            const page = { limit, order, after, before };
            expect({ page, ...readPage(page) }).toEqual({ page, ...expectPage(page) });
          }
        }
      }
    }
  });
});
