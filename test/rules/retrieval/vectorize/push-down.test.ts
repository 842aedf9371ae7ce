import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Attributes, ComparisonFilter, Filter } from "../../../../src/knowledge/attributes.ts";
import { matchesFilter } from "../../../../src/retrieval/filter.ts";
import {
  chooseFilterKeys,
  encodeValue,
  INDEXED_PROPERTIES,
  metadataOf,
  SLOT_COUNT,
} from "../../../../src/retrieval/vectorize/filter-slots.ts";
import { partFilters, pushDown } from "../../../../src/retrieval/vectorize/push-down.ts";
import {
  compileFilter,
  indexValues,
  makeMetadataIndexes,
} from "../../../fakes/vectorize-filter.ts";

const INDEXES = makeMetadataIndexes(INDEXED_PROPERTIES);
const KEYS = ["team", "year", "open"];

/** Strings that are long, similar, and full of characters whose orders and lengths differ between encodings. */
const text = fc.oneof(
  fc.constantFrom("", "a", "hr", "\u{1F600}", "\uFFFD", "\uE000", "\uD83D", "é"),
  fc
    .tuple(
      fc.integer({ min: 55, max: 66 }),
      fc.array(fc.constantFrom("a", "b", "é", "€", "\u{1F600}", "\uFFFF", "\uD800"), {
        maxLength: 5,
      }),
    )
    .map(([length, end]) => "x".repeat(length) + end.join("")),
);
const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 2024, 1e21));
const value = fc.oneof(text, number, fc.boolean());
const key = fc.constantFrom("team", "year", "open", "unknown");
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(key, value, { maxKeys: 4 });
const comparison: fc.Arbitrary<ComparisonFilter> = fc.oneof(
  fc.record({ type: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte"), key, value }),
  fc.record({
    type: fc.constantFrom("in", "nin"),
    key,
    value: fc.oneof(value, fc.array(fc.oneof(text, number), { maxLength: 40 })),
  }),
);
const filter: fc.Arbitrary<Filter> = fc.letrec<{ all: Filter }>((tie) => ({
  all: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc.record({
      type: fc.constantFrom("and", "or"),
      filters: fc.array(tie("all"), { minLength: 1, maxLength: 4 }),
    }),
  ),
})).all;

/** A condition with `count` long values. */
const many = (name: string, count: number): Filter => ({
  type: "in",
  key: name,
  value: Array.from({ length: count }, (_, at) => `${name} ${at} `.padEnd(60, "x")),
});
const year = (type: ComparisonFilter["type"], of: number): Filter => ({
  type,
  key: "year",
  value: of,
});

const passes = (pushed: object, own: Attributes, chunk = 1) =>
  compileFilter(pushed)(indexValues(metadataOf(KEYS, chunk, own), INDEXES));

describe("a filter that is pushed down", () => {
  it("lets pass whatever passes the search filter, and is one that Vectorize takes", () => {
    let [pushedCount, passed] = [0, 0];
    const property = fc.property(filter, fc.array(attributes, { maxLength: 6 }), (one, files) => {
      const pushed = pushDown(one, KEYS);
      if (pushed === null) return;
      pushedCount++;
      for (const own of files) {
        if (!matchesFilter(one, own)) continue;
        passed++;
        expect(passes(pushed, own)).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 3_000 });
    expect(pushedCount).toBeGreaterThan(300);
    expect(passed).toBeGreaterThan(100);
  });

  it("has a size that leaves room for a partition", () => {
    const both: Filter = { type: "and", filters: [many("team", 25), many("year", 25)] };
    const pushed = pushDown(both, KEYS);
    expect(Object.keys(pushed ?? {})).toEqual(["a0"]);
    for (const part of partFilters(pushed, 4)) expect(() => compileFilter(part)).not.toThrow();
    expect(pushDown(many("team", 40), KEYS)).toBeNull();
  });

  it("tests all that an index can test", () => {
    const range: Filter = { type: "and", filters: [year("gte", 2000), year("lt", 2010)] };
    expect(
      [1999, 2000, 2005, 2011].map((of) => passes(pushDown(range, KEYS) ?? {}, { year: of })),
    ).toEqual([false, true, true, false]);
    const either: Filter = { type: "or", filters: [year("eq", 1), year("in", 2)] };
    expect([1, 2, 3].map((of) => passes(pushDown(either, KEYS) ?? {}, { year: of }))).toEqual([
      true,
      true,
      false,
    ]);
    const not = pushDown({ type: "nin", key: "team", value: ["hr", "it"] }, KEYS) ?? {};
    expect([{ team: "hr" }, { team: "pr" }, {}].map((own: Attributes) => passes(not, own))).toEqual(
      [false, true, true],
    );
    expect(passes(pushDown(year("gt", 0), KEYS) ?? {}, { year: "text" })).toBe(false);
  });

  it("is nothing without a slot, and for what an index cannot test", () => {
    const one: Filter = { type: "eq", key: "unknown", value: 1 };
    const other: Filter = { type: "eq", key: "team", value: 1 };
    expect(pushDown(null, KEYS)).toBeNull();
    expect(pushDown(one, KEYS)).toBeNull();
    expect(pushDown({ type: "or", filters: [one, other] }, KEYS)).toBeNull();
    expect(pushDown({ type: "and", filters: [one, other] }, KEYS)).toEqual({
      a0: { $eq: encodeValue(1) },
    });
    expect(pushDown({ type: "ne", key: "team", value: "x".repeat(64) }, KEYS)).toBeNull();
  });
});

describe("the slots of a store", () => {
  it("are for the attributes that most of its files have", () => {
    const counts = Array.from({ length: 12 }, (_, at) => ({
      key: `k${at}`,
      count: at < 2 ? 5 : at,
    }));
    const keys = chooseFilterKeys(counts);
    expect(keys).toHaveLength(SLOT_COUNT);
    expect(keys).toEqual(["k11", "k10", "k9", "k8", "k7", "k6", "k0", "k1"]);
    expect(chooseFilterKeys([])).toEqual([]);
  });

  it("all have a value of at most 64 bytes, in which numbers keep their order", () => {
    const numbers = [-1e300, -2, -1.5, -0, 1e-9, 1, 2024, 1e300];
    const encoded = numbers.map(encodeValue);
    expect(encoded.toSorted()).toEqual(encoded);
    expect(encodeValue(0)).toBe(encodeValue(-0));
    const long = metadataOf(["a"], 3, { a: "\u{1F600}".repeat(99) });
    expect(Object.keys(long)).toHaveLength(1 + SLOT_COUNT);
    const bytes = new TextEncoder().encode(String(long["a0"])).length;
    expect(bytes).toBe(61);
    expect([long["part"], metadataOf([], 35, {})["part"]]).toEqual([3, 3]);
  });
});
