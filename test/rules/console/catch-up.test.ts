import { describe, expect, it } from "vitest";

import { catchUp, type NewestFirst } from "../../../console/state/catch-up.ts";

const entries = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: `e${from + index}` }));

/** A list of the service, the oldest entry first, and the pages that were read of it. */
function createList(all: readonly { readonly id: string }[]) {
  const pages: (string | undefined)[] = [];
  const read = async ({ limit, after }: NewestFirst) => {
    pages.push(after);
    const newest = all.toReversed();
    const from = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1;
    const data = newest.slice(from, from + limit);
    return { data, last_id: data.at(-1)?.id ?? "", has_more: from + limit < newest.length };
  };
  return { read, pages };
}

describe("a list that is read again", () => {
  it("is read whole at first, from its end", async () => {
    const all = entries(250);
    const { read, pages } = createList(all);

    expect(await catchUp([], read)).toEqual(all);
    expect(pages).toEqual([undefined, "e230", "e130", "e30"]);
  });

  it("is read up to an entry that is known", async () => {
    const all = entries(253);
    const { read, pages } = createList(all);

    expect(await catchUp(entries(250), read)).toEqual(all);
    expect(pages).toEqual([undefined]);
  });

  it("lacks the newest entries that are gone", async () => {
    const { read } = createList(entries(248));

    expect(await catchUp(entries(250), read)).toEqual(entries(248));
  });

  it("is read further where many entries are new", async () => {
    const all = entries(200);
    const { read, pages } = createList(all);

    expect(await catchUp(entries(100), read)).toEqual(all);
    expect(pages).toEqual([undefined, "e180"]);
  });

  it("may be empty", async () => {
    expect(await catchUp(entries(3), createList([]).read)).toEqual([]);
  });
});
