import { z } from "zod";

/** The cursor parameters that every list takes. */
export const ListQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe("Maximum number of objects in the page."),
  order: z.enum(["asc", "desc"]).default("desc").describe("Order by creation time."),
  after: z.string().min(1).optional().describe("Id of the object that the page begins after."),
  before: z.string().min(1).optional().describe("Id of the object that the page ends before."),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** One page of a list, as OpenAI's lists are. Ids of an empty page are empty strings. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    object: z.literal("list"),
    data: z.array(item),
    first_id: z.string().describe("Id of the first object; empty when the page is."),
    last_id: z.string().describe("Id of the last object, for the next page's `after`."),
    has_more: z.boolean(),
  });

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

/** Answers to DELETE for one kind of object: their schema, and a function that makes one. */
export const deletion = <Word extends string>(object: Word) => ({
  schema: z.strictObject({ id: z.string(), object: z.literal(object), deleted: z.literal(true) }),
  body: (id: string) => ({ id, object, deleted: true as const }),
});
