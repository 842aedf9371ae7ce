import { z } from "zod";

/** What `sql@1` is given. Values come in through `params`, as `?` in the query. */
export const SqlWith = z.strictObject({
  query: z.string().min(1).max(50_000),
  params: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .max(100)
    .default([]),
  database: z.literal("data").default("data"),
  /** Further rows are cut off, and `truncated` says so. */
  max_rows: z.number().int().min(1).max(1_000).default(100),
});
export type SqlWith = z.infer<typeof SqlWith>;

export type SqlOutput = {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly truncated: boolean;
};
