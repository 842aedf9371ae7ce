import { z } from "zod";

import { isBackwards, type Page, type PageRequest } from "../page.ts";
import { HasMore, listData, objectType } from "./fields.ts";

/** The schema of the query parameters that the routes of all lists share. */
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
/** The checked query parameters of a list. */
export type ListQuery = z.infer<typeof ListQuery>;

/**
 * Makes the schema of a cursor parameter (`after` or `before`) of a list that is ordered by id. Any valid id is
 * accepted, also that of a deleted object, since it still marks a position in the order. `kind` names the object in
 * error messages.
 */
export const cursorOf = (kind: string, isId: (text: string) => boolean, description: string) =>
  z
    .string()
    .refine(isId, { error: `it must be the id of ${kind}, as in the list` })
    .optional()
    .describe(description);

/**
 * Makes the schema of the query parameters of a list that is ordered by id. `kind` names the listed objects in error
 * messages, and `isId` tests whether a cursor is an id of such an object.
 */
export const declareListQuery = (kind: string, isId: (text: string) => boolean) =>
  ListQuery.extend({
    after: cursorOf(kind, isId, "Id of the object that the page begins after."),
    before: cursorOf(kind, isId, "Id of the object that the page ends before."),
  });

/** Makes the filter of a list by the name of a workflow. `kind` names the listed objects, such as "runs". */
export const workflowFilter = (kind: string) => ({
  workflow: z.string().min(1).max(64).optional().describe(`Only ${kind} of this workflow.`),
});

/**
 * Makes the schema of a page of a list, in OpenAI's format. `first_id` and `last_id` of an empty page are empty
 * strings.
 */
export const declareList = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    object: objectType("list"),
    data: listData(item),
    first_id: z.string().describe("Id of the first object; empty when the page is."),
    last_id: z.string().describe("Id of the last object, for the next page's `after`."),
    has_more: HasMore,
  });

/** Makes the filter of a list by a text in the names of its objects. `kind` names them, such as "projects". */
export const nameFilter = (kind: string) => ({
  name: FilterText.optional().describe(
    `Extension by Edgewise: only ${kind} whose name contains this text, in upper or lower case. ${SHORT_PAGES}`,
  ),
});

/** The schema of a text that is looked for in names or titles. */
export const FilterText = z.string().min(1).max(256);

/** A sentence about the pages of a list with filters, for the descriptions of these. */
export const SHORT_PAGES =
  "A page with such a filter looks at 2,000 objects: it may be short, or empty, while `has_more` is true. Go on after `last_id`.";

/**
 * Builds the response body for a page of a list. `first_id` and `last_id` of an empty page are empty strings, since
 * OpenAI's schemas do not allow null there. A page with filters that ends early names the place up to which it has
 * looked, at the end in whose direction it was read: the beginning for a page of `query` that has only `before`.
 */
export function listBody<Item extends { id: string }>(
  { rows, hasMore, lookedTo }: Page<Item>,
  query: PageRequest<unknown> = FORWARDS,
) {
  const [first, last] = isBackwards(query) ? [lookedTo, undefined] : [undefined, lookedTo];
  return {
    object: "list" as const,
    data: rows,
    first_id: first ?? rows[0]?.id ?? "",
    last_id: last ?? rows.at(-1)?.id ?? "",
    has_more: hasMore,
  };
}

const FORWARDS = { limit: 1, order: "desc" } as const;

/** Builds the body of a list with one object, for the example of a route. */
export const listOfOne = <Item extends { id: string }>(item: Item) =>
  listBody({ rows: [item], hasMore: false });

/**
 * Makes the schema of the response body of a DELETE, and the function that builds this body. `object` is the type of
 * the deleted object.
 */
export const deletion = <Word extends string>(object: Word) => ({
  schema: z.strictObject({
    id: z.string().describe("Id of the object that is deleted."),
    object: objectType(object),
    deleted: z.literal(true).describe("Always true: an object that does not exist gets 404."),
  }),
  body: (id: string) => ({ id, object, deleted: true as const }),
});
