import { z } from "zod";

/** The cursor parameters that every list takes. */
export const ListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(["asc", "desc"]).default("desc"),
  after: z.string().min(1).optional(),
  before: z.string().min(1).optional(),
});
export type ListQuery = z.infer<typeof ListQuery>;

/**
 * One page of a list. Fetch `limit + 1` rows and pass them all: the extra one says that there is more. The ids of an
 * empty page are empty strings, since the official schemas of lists take no null there.
 */
export function listBody<Item extends { id: string }>(items: readonly Item[], limit: number) {
  const data = items.slice(0, limit);
  return {
    object: "list" as const,
    data,
    first_id: data[0]?.id ?? "",
    last_id: data.at(-1)?.id ?? "",
    has_more: items.length > limit,
  };
}
