import { z } from "zod";

import { HasMore, listData, objectType } from "./fields.ts";

/** The query parameters of every list. */
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

/**
 * Declares a cursor of a list that is ordered by id. An id is a place in such a list, also after its object was
 * deleted; any other text is refused.
 */
export const cursorOf = (kind: string, isId: (text: string) => boolean, description: string) =>
  z
    .string()
    .refine(isId, { error: `it must be the id of ${kind}, as in the list` })
    .optional()
    .describe(description);

/** Declares the query of a list that is ordered by id. */
export const declareListQuery = (kind: string, isId: (text: string) => boolean) =>
  ListQuery.extend({
    after: cursorOf(kind, isId, "Id of the object that the page begins after."),
    before: cursorOf(kind, isId, "Id of the object that the page ends before."),
  });

/** Builds the schema of one page, in OpenAI's format. Ids of an empty page are empty strings. */
export const declareList = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    object: objectType("list"),
    data: listData(item),
    first_id: z.string().describe("Id of the first object; empty when the page is."),
    last_id: z.string().describe("Id of the last object, for the next page's `after`."),
    has_more: HasMore,
  });

/**
 * Renders one page of a list. Fetch `limit + 1` rows and pass them all: the extra row sets `has_more`. The ids of
 * an empty page are empty strings, since the official schemas of lists do not allow null there.
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

/** Builds the schema and the body of the answer to a DELETE, for one kind of object. */
export const deletion = <Word extends string>(object: Word) => ({
  schema: z.strictObject({
    id: z.string().describe("Id of the object that is deleted."),
    object: objectType(object),
    deleted: z.literal(true).describe("Always true: an object that does not exist gets 404."),
  }),
  body: (id: string) => ({ id, object, deleted: true as const }),
});
