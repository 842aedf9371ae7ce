import { z } from "zod";

/** The schema of the parameters of `sql@1`. `params` are the values of `?` in the query. */
export const SqlWith = z.strictObject({
  query: z.string().min(1).max(50_000),
  params: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .max(100)
    .default([]),
  database: z.literal("data").default("data"),
  /** Further rows are dropped, and `truncated` is set. */
  max_rows: z.number().int().min(1).max(1_000).default(100),
});
/** The checked parameters of a `sql@1` step. */
export type SqlWith = z.infer<typeof SqlWith>;

/** The output of a `sql@1` step: rows, and whether there were more. */
export type SqlOutput = {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly truncated: boolean;
};
