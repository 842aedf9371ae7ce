import { describe, it } from "vitest";

import { PagesWork } from "../../../../src/ingest/pdf/work/pages-work.ts";

const measure = (pages: Readonly<Record<number, number>>, nodes = 1) => ({
  pages: new Map(Object.entries(pages).map(([number, steps]) => [Number(number), steps])),
  nodes,
});

/** Counts the pages that are read, and the turns between them, until there are too many steps. */
function readPages(work: PagesWork, numbers: Iterable<number>) {
  let [pages, turns] = [0, 0];
  for (const number of numbers) {
    if (work.needsTurn(number)) turns++;
    if (work.isTooMuch) break;
    pages++;
  }
  return { pages, turns, isTooMuch: work.isTooMuch };
}

const repeat = (number: number, count: number) => Array.from({ length: count }, () => number);

describe("the work of the pages of a PDF", () => {
  it("is too much for a page that is in the tree many times", ({ expect }) => {
    const work = new PagesWork(measure({ 3: 2_400_000 }));
    expect(readPages(work, repeat(3, 1_000))).toEqual({ pages: 41, turns: 42, isTooMuch: true });
  });

  it("has the way to each page in the tree", ({ expect }) => {
    const work = new PagesWork(measure({}, 100_000));
    expect(readPages(work, repeat(3, 5_000))).toMatchObject({ pages: 1_960, isTooMuch: true });
  });

  it("gives a turn before a slice would be too long, and not before each page", ({ expect }) => {
    const work = new PagesWork(measure({ 3: 9_000 }));
    expect(readPages(work, repeat(3, 100))).toEqual({ pages: 100, turns: 33, isTooMuch: false });
  });
});
