import { expect, it } from "vitest";

import {
  ExpansionCache,
  joinExpansions,
} from "../../../../src/retrieval/expand/expansion-cache.ts";

const expansion = (...terms: [string, number, number][]) => ({
  terms: terms.map(([term, distance, documentCount]) => ({ term, distance, documentCount })),
  isCut: false,
});

it("expands a term once for each segment, and forgets what was not asked for longest", () => {
  const cache = new ExpansionCache(2);
  const expanded: string[] = [];
  const ask = (segment: number, asked: string) =>
    cache.find(segment, asked, () => {
      expanded.push(`${segment} ${asked}`);
      return expansion([asked, 0, segment]);
    });
  ask(1, "fuzzy a");
  ask(2, "fuzzy a");
  expect(ask(1, "fuzzy a")).toEqual(expansion(["fuzzy a", 0, 1]));
  expect(expanded).toEqual(["1 fuzzy a", "2 fuzzy a"]);
  ask(1, "prefix a");
  ask(1, "fuzzy a");
  expect(expanded).toHaveLength(3);
  ask(2, "fuzzy a");
  expect(expanded).toHaveLength(4);
  cache.forget(new Set([2]));
  ask(1, "fuzzy a");
  expect(expanded).toHaveLength(4);
  ask(2, "fuzzy a");
  expect(expanded).toHaveLength(5);
});

it("adds up the chunks of a term over segments, and keeps the nearest terms of most chunks", () => {
  const joined = joinExpansions(
    [
      expansion(["b", 1, 5], ["a", 1, 4]),
      { ...expansion(["a", 1, 2], ["c", 0, 1], ["d", 1, 5]), isCut: true },
    ],
    3,
  );
  expect(joined).toEqual({ ...expansion(["c", 0, 1], ["a", 1, 6], ["b", 1, 5]), isCut: true });
});
