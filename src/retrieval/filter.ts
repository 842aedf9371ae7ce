import type { Attributes, ComparisonFilter, Filter } from "../knowledge/attributes.ts";

/**
 * Tests whether a file's attributes satisfy a search filter. An attribute that is missing, or of another type than the
 * filter's value, satisfies only `ne` and `nin`.
 */
export function matchesFilter(filter: Filter, attributes: Attributes): boolean {
  if ("filters" in filter) {
    const holds = (part: Filter) => matchesFilter(part, attributes);
    return filter.type === "and" ? filter.filters.every(holds) : filter.filters.some(holds);
  }
  const { type, key, value } = filter;
  return HOLDS[type](Object.hasOwn(attributes, key) ? attributes[key] : undefined, value);
}

type Actual = string | number | boolean | undefined;
type Wanted = ComparisonFilter["value"];

const HOLDS: Record<ComparisonFilter["type"], (actual: Actual, wanted: Wanted) => boolean> = {
  eq: (actual, wanted) => actual === wanted,
  ne: (actual, wanted) => actual !== wanted,
  in: isIn,
  nin: (actual, wanted) => !isIn(actual, wanted),
  gt: (actual, wanted) => order(actual, wanted) > 0,
  gte: (actual, wanted) => order(actual, wanted) >= 0,
  lt: (actual, wanted) => order(actual, wanted) < 0,
  lte: (actual, wanted) => order(actual, wanted) <= 0,
};

function isIn(actual: Actual, wanted: Wanted): boolean {
  return (
    actual !== undefined &&
    (typeof wanted === "object" ? wanted : [wanted]).some((one) => one === actual)
  );
}

/**
 * Compares numbers by size and strings by code unit. Returns NaN, for which no comparison holds, when there is no
 * order.
 */
function order(actual: Actual, wanted: Wanted): number {
  if (typeof actual === "number" && typeof wanted === "number") return actual - wanted;
  if (typeof actual === "string" && typeof wanted === "string") {
    return actual < wanted ? -1 : Number(actual > wanted);
  }
  return Number.NaN;
}
