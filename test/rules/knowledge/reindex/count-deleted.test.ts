import { describe, expect, it } from "vitest";

import { countDeleted } from "../../../../src/knowledge/reindex/reindex.ts";

describe("the vectors that an index has deleted", () => {
  it("are none of a generation that was in no index", () => {
    expect(countDeleted(null, 0)).toBeNull();
  });

  it("are all pending at first, and counted when they are confirmed", () => {
    const first = countDeleted(null, 7);
    expect(first).toEqual({ deleted: 0, pending: 7 });
    const some = countDeleted(first, 3);
    expect(some).toEqual({ deleted: 4, pending: 3 });
    expect(countDeleted(some, 3)).toEqual(some);
    expect(countDeleted(some, 0)).toEqual({ deleted: 7, pending: 0 });
  });

  it("do not become fewer when more are found", () => {
    expect(countDeleted({ deleted: 4, pending: 1 }, 2)).toEqual({ deleted: 4, pending: 2 });
  });
});
