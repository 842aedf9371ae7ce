import { z } from "zod";

/** Makes the schema of the field `object` of a response body, the word that names the type of object. */
export const objectType = <Word extends string>(word: Word) =>
  z.literal(word).describe("Kind of this object.");

/** The schema of the field `created_at` of a response body, in Unix seconds. */
export const CreatedAt = z.number().int().describe("Time of creation, in Unix seconds.");

/** The schema of the field `metadata` of a response body. */
export const MetadataBody = z
  .record(z.string(), z.string())
  .describe("Your own key-value pairs, as you set them.");

/** Makes the schema of the field `data` of a list that is returned as a whole. */
export const listData = <Item extends z.ZodType>(item: Item) =>
  z.array(item).describe("The objects, in order.");

/** The schema of the field `has_more` of a page. */
export const HasMore = z.boolean().describe("True when more objects follow this page.");

/** The schemas of the paging fields of a response body that OpenAI's API pages, but that holds all results here. */
export const OnlyPage = {
  has_more: z.literal(false).describe("Always false: there is one page."),
  next_page: z.null().describe("Always null: there is one page."),
};
