import { z } from "zod";

/** The member `object` of an answer: one word for its kind. */
export const objectType = <Word extends string>(word: Word) =>
  z.literal(word).describe("Kind of this object.");

/** The member `created_at` of an answer. */
export const CreatedAt = z.number().int().describe("Time of creation, in Unix seconds.");

/** The member `metadata` of an answer. */
export const MetadataBody = z
  .record(z.string(), z.string())
  .describe("Your own key-value pairs, as you set them.");

/** The member `data` of a list that is no page. */
export const listData = <Item extends z.ZodType>(item: Item) =>
  z.array(item).describe("The objects, in order.");

/** The member `has_more` of a page. */
export const HasMore = z.boolean().describe("True when more objects follow this page.");

/** The members of an answer that has the form of a page but holds everything. */
export const OnlyPage = {
  has_more: z.literal(false).describe("Always false: there is one page."),
  next_page: z.null().describe("Always null: there is one page."),
};
