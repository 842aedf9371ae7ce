import { describe, expect, it } from "vitest";

import { appendPage, type Listed, splicePage } from "../../../console/state/splice-page.ts";

type Item = { readonly id: string; readonly text?: string };

const items = (ids: string): Item[] => Array.from(ids, (id) => ({ id }));
const list = (ids: string, hasMore = true): Listed<Item> => ({
  items: items(ids),
  after: ids.at(-1),
  hasMore,
});
const page = (ids: string, hasMore = true) => ({
  data: items(ids),
  last_id: ids.at(-1) ?? "",
  has_more: hasMore,
});
const show = ({ items: all, after, hasMore }: Listed<Item>) =>
  `${all.map(({ id }) => id).join("")} ${after} ${hasMore}`;

describe("a page that was read again", () => {
  it.each([
    ["is the list, if nothing else was read", list(""), undefined, page("abc"), "abc c true"],
    ["brings new items", list("bcdef"), undefined, page("abc"), "abcdef f true"],
    ["leaves out those that are gone", list("abcdef"), undefined, page("acd"), "acdef f true"],
    ["has a new item at its end", list("abdef"), undefined, page("abc"), "abcdef f true"],
    ["replaces a list that is far behind", list("xyz"), undefined, page("abc"), "abc c true"],
    ["is all there is", list("abcdef"), undefined, page("ab", false), "ab b false"],
    ["shows that the list is empty", list("ab"), undefined, page("", false), " undefined false"],
    ["stands in the middle", list("abcdef"), "b", page("de"), "abdef f true"],
    ["reaches beyond the end", list("abcd"), "b", page("cdef"), "abcdef f true"],
    ["is the end", list("abcd"), "b", page("c", false), "abc c false"],
    ["begins after an item that is not there", list("abcd"), "x", page("cd"), "abcd d true"],
    ["has nothing in common", list("abcd"), "b", page("xy"), "abcd d true"],
    ["has an item that stood before it", list("abcd"), "b", page("ad"), "bad d true"],
  ])("%s", (_name, before, after, read, expected) => {
    expect(show(splicePage(before, after, read))).toBe(expected);
  });

  // Ids sort by time, the newest first; the page has looked up to the item d.
  it.each([
    ["takes out what it has looked at", list("fedcba"), undefined, "cba a true"],
    ["leaves what is before it, too", list("fedcba"), "e", "fecba a true"],
    ["is where the next page begins, if nothing else was read", list(""), undefined, " d true"],
    ["leaves a list that was read to its end", list("ca", false), undefined, "ca a false"],
    ["leaves nothing of what it has looked at", list("fe"), undefined, " d true"],
  ])("that found nothing so far %s", (_name, before, after, expected) => {
    const read = { data: [], last_id: "d", has_more: true };
    expect(show(splicePage<Item>(before, after, read))).toBe(expected);
  });

  it("has the present state of each item", () => {
    const read = { ...page("ab"), data: [{ id: "a", text: "new" }, { id: "b" }] };
    expect(splicePage(list("abc"), undefined, read).items[0]).toEqual({ id: "a", text: "new" });
  });
});

describe("the next page", () => {
  it("is added once, and only where it begins", () => {
    expect(show(appendPage(list("ab"), "b", page("bcd")))).toBe("abcd d true");
    expect(show(appendPage(list("ab"), "a", page("cd")))).toBe("ab b true");
  });
});
