import { z } from "zod";

import type { Filter } from "./attributes.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const COMPARISON = { key: z.string().min(1) };
const ComparisonParam = z.discriminatedUnion("type", [
  z.strictObject({ ...COMPARISON, type: z.enum(["eq", "ne"]), value: Scalar }),
  z.strictObject({
    ...COMPARISON,
    type: z.enum(["gt", "gte", "lt", "lte"]),
    value: z.union([z.number(), z.string()]),
  }),
  z.strictObject({
    ...COMPARISON,
    type: z.enum(["in", "nin"]),
    value: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .max(1_000),
  }),
]);

/** Maximum levels of `and` and `or`, so that a hostile filter cannot exhaust the stack. */
const FILTER_DEPTH_MAX = 8;

/** In JSON Schema the levels are one schema that refers to itself: written out they made types that nobody can read. */
const PRINTED_AS_FILTERS = { items: { $ref: "#/components/schemas/Filter" } };

/** OpenAI's filters over attributes: comparisons, joined by `and` and `or` up to 8 levels deep. */
export const FilterParam: z.ZodType<Filter> = filterParam(FILTER_DEPTH_MAX);

function filterParam(depth: number): z.ZodType<Filter> {
  if (depth === 0) return ComparisonParam;
  const filters = z
    .array(filterParam(depth - 1))
    .min(1)
    .max(100)
    .meta(PRINTED_AS_FILTERS);
  return z.union([ComparisonParam, z.strictObject({ type: z.enum(["and", "or"]), filters })]);
}
