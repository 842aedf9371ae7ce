import { z } from "zod";

import type { Filter } from "./attributes.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const COMPARISON = { key: z.string().min(1).describe("Name of the attribute.") };
const ComparisonParam = z.discriminatedUnion("type", [
  z.strictObject({
    ...COMPARISON,
    type: z.enum(["eq", "ne"]).describe("Equal to, or different from."),
    value: Scalar.describe("The value to compare with."),
  }),
  z.strictObject({
    ...COMPARISON,
    type: z
      .enum(["gt", "gte", "lt", "lte"])
      .describe("Greater than, at least, less than, at most."),
    value: z
      .union([z.number(), z.string()])
      .describe("The bound: a number, or a text that is compared by its characters."),
  }),
  z.strictObject({
    ...COMPARISON,
    type: z.enum(["in", "nin"]).describe("One of `value`, or none of it."),
    value: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .max(1_000)
      .describe("The values to compare with, up to 1,000."),
  }),
]);

/** Maximum levels of `and` and `or`, so that a hostile filter cannot exhaust the stack. */
const FILTER_DEPTH_MAX = 8;

/** In JSON Schema the levels are one schema that refers to itself: written out they made types that nobody can read. */
const PRINTED_AS_FILTERS = { items: { $ref: "#/components/schemas/Filter" } };

/**
 * The schema of a search filter in a request: comparisons of attributes, joined by `and` and `or` up to 8 levels deep.
 */
export const FilterParam: z.ZodType<Filter> = filterParam(FILTER_DEPTH_MAX);

function filterParam(depth: number): z.ZodType<Filter> {
  if (depth === 0) return ComparisonParam;
  const filters = z
    .array(filterParam(depth - 1))
    .min(1)
    .max(100)
    .describe("The filters to combine, up to 100.")
    .meta(PRINTED_AS_FILTERS);
  return z.union([
    ComparisonParam,
    z.strictObject({
      type: z.enum(["and", "or"]).describe("`and`: every filter must match; `or`: at least one."),
      filters,
    }),
  ]);
}
