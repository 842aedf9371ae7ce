import type { ComparisonFilter, Filter } from "../../knowledge/attributes.ts";
import {
  cutBytes,
  encodeValue,
  PART_PROPERTY,
  PARTITIONS,
  slotName,
  VALUE_BYTES,
} from "./filter-slots.ts";
import { INDEX_LIMITS, type IndexCondition, type IndexFilter } from "./vector-index.ts";

type Value = string | number | boolean;

/** Bytes of a filter that are left for the condition on the partition. */
const PART_BYTES = 48;
/** Bytes of strings that sort as the strings do: a cut may take the last three of the 63. */
const SORTED_BYTES = 59;
/** Sorts behind all other characters. */
const LAST_CHARACTER = "\u{10FFFF}";

/**
 * Translates a search filter for a vector index in which the attributes `keys` of a store have slots, in this order.
 * Whatever passes the filter passes the result, which may let more pass: conditions that an index cannot test are left
 * out, and strings are compared by their first bytes. So the shard tests the whole filter again. Null if no part of it
 * can be translated.
 */
export function pushDown(filter: Filter | null, keys: readonly string[]): IndexFilter | null {
  const comparisons = filter === null ? [] : listConjuncts(filter);
  const bytesMax = INDEX_LIMITS.filterBytes - PART_BYTES;
  let pushed: IndexFilter = {};
  for (const [key, own] of Map.groupBy(comparisons, (one) => one.key)) {
    const slot = keys.indexOf(key);
    const condition = slot === -1 ? null : narrow(own);
    if (condition === null) continue;
    const longer = { ...pushed, [slotName(slot)]: condition };
    if (byteLength(longer) < bytesMax) pushed = longer;
  }
  return Object.keys(pushed).length === 0 ? null : pushed;
}

/** Makes `count` filters, a divisor of `PARTITIONS`, that part what `pushed` lets pass. */
export const partFilters = (pushed: IndexFilter | null, count: number): IndexFilter[] =>
  Array.from({ length: count }, (_, at) => {
    const size = PARTITIONS / count;
    return {
      ...pushed,
      [PART_PROPERTY]: { $in: Array.from({ length: size }, (_part, one) => at * size + one) },
    };
  });

/** A comparison of one attribute, or several values of which one must be equal. */
type Comparison = Pick<ComparisonFilter, "type" | "key"> & { readonly values: readonly Value[] };

/** Lists comparisons that all hold where the filter holds. */
function listConjuncts(filter: Filter): Comparison[] {
  if (!("filters" in filter)) {
    const { type, key, value } = filter;
    if (typeof value !== "object") return [{ type, key, values: [value] }];
    return type === "in" || type === "nin" ? [{ type, key, values: value }] : [];
  }
  if (filter.type === "and" || filter.filters.length === 1)
    return filter.filters.flatMap(listConjuncts);
  const either = filter.filters.flatMap(listConjuncts);
  const [first] = either;
  const isUnion =
    either.length === filter.filters.length &&
    filter.filters.every((one) => !("filters" in one)) &&
    either.every(({ type, key }) => key === first?.key && (type === "eq" || type === "in"));
  if (!first || !isUnion) return [];
  return [{ type: "in", key: first.key, values: either.flatMap(({ values }) => values) }];
}

/** Makes one condition of the comparisons of an attribute: an index takes values, a range or exceptions, not several. */
const narrow = (comparisons: readonly Comparison[]): IndexCondition | null =>
  oneOf(comparisons) ?? between(comparisons) ?? noneOf(comparisons);

function oneOf(comparisons: readonly Comparison[]): IndexCondition | null {
  const [fewest] = comparisons
    .filter(({ type, values }) => (type === "eq" || type === "in") && values.length > 0)
    .map(({ values }) => [...new Set(values.map(encodeValue))])
    .toSorted((a, b) => a.length - b.length);
  const [only, ...others] = fewest ?? [];
  if (only === undefined) return null;
  return others.length === 0 ? { $eq: only } : { $in: [only, ...others] };
}

/** The first characters of encoded numbers and strings, and the ones behind them. */
const ENCODED = { number: ["n", "o"], string: ["s", "t"] } as const;

function between(comparisons: readonly Comparison[]): IndexCondition | null {
  const ranges = comparisons.flatMap(({ type, values: [value] }) =>
    isOrdered(value) && /^[gl]te?$/.test(type) ? [{ isLower: type.startsWith("g"), value }] : [],
  );
  const [first] = ranges;
  if (!first) return null;
  const kind = typeof first.value === "number" ? "number" : "string";
  const own = ranges.filter(({ value }) => typeof value === kind);
  const [from, behind] = ENCODED[kind];
  const lowers = own.filter(({ isLower }) => isLower).map(({ value }) => lowerBound(value));
  const uppers = own.filter(({ isLower }) => !isLower).map(({ value }) => upperBound(value));
  const least = lowers.toSorted(compareTexts).at(-1) ?? from;
  const most = uppers.toSorted(compareTexts)[0];
  return most === undefined ? { $gte: least, $lt: behind } : { $gte: least, $lte: most };
}

/** Strings sort by UTF-16 units in shards. In an index they do so only without surrogates and what is behind them. */
const isOrdered = (value: Value | undefined): value is string | number =>
  typeof value === "number" || (typeof value === "string" && !/[\uD800-\uFFFF]/.test(value));

const lowerBound = (value: string | number): string =>
  typeof value === "number" ? encodeValue(value) : `s${cutBytes(value, SORTED_BYTES)}`;

function upperBound(value: string | number): string {
  if (typeof value === "number" || isWhole(value)) return encodeValue(value);
  return `s${cutBytes(value, SORTED_BYTES)}${LAST_CHARACTER}`;
}

function noneOf(comparisons: readonly Comparison[]): IndexCondition | null {
  const values = comparisons
    .filter(({ type }) => type === "ne" || type === "nin")
    .flatMap((one) => one.values.filter(hasOwnText).map(encodeValue));
  const [only, ...others] = new Set(values);
  if (only === undefined) return null;
  return others.length === 0 ? { $ne: only } : { $nin: [only, ...others] };
}

const isWhole = (value: string): boolean => cutBytes(value, VALUE_BYTES - 1) === value;

/** Tests whether no other value has the same text: a longer one that is cut, or one with a broken character. */
const hasOwnText = (value: Value): boolean =>
  typeof value !== "string" ||
  (cutBytes(value, SORTED_BYTES) === value && !value.includes("\uFFFD"));

const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byteLength = (filter: IndexFilter): number =>
  new TextEncoder().encode(JSON.stringify(filter)).length;
