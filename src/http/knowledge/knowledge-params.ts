import { z } from "zod";

import { CHUNKING_AUTO, type Chunking } from "../../knowledge/chunking.ts";
import { KEY_LENGTH_MAX, PAIRS_MAX, VALUE_LENGTH_MAX } from "../../knowledge/metadata.ts";

/** The schema of a file's attributes, by which searches can filter; null for none. */
export const AttributesParam = z
  .record(
    z.string().min(1).max(KEY_LENGTH_MAX),
    z.union([z.string().max(VALUE_LENGTH_MAX), z.number(), z.boolean()]),
  )
  .refine((attributes) => Object.keys(attributes).length <= PAIRS_MAX, {
    error: `a file has at most ${PAIRS_MAX} attributes`,
  })
  .meta({ maxProperties: PAIRS_MAX })
  .nullable()
  .transform((attributes) => attributes ?? {})
  .describe(
    "Key-value pairs that searches filter by, up to 16: keys of up to 64 characters; values are texts of up to 512, numbers, true or false. They replace all earlier pairs.",
  );

/** The schema of the event from which a vector store's expiry counts its days. There is only one: the last use. */
export const ExpiryAnchor = z
  .literal("last_active_at")
  .describe("Days are counted from the last use of the store.");

/** The schema of a vector store's expiry, a number of days after its last use. */
export const ExpiresAfterParam = z
  .strictObject({
    anchor: ExpiryAnchor,
    days: z
      .number()
      .int()
      .min(1)
      .max(365)
      .describe("Number of days without use, 1 to 365, after which the store expires."),
  })
  .transform(({ days }) => days)
  .nullish()
  .describe("Expiry of the store for lack of use; null means never.");

const StaticChunking = z
  .strictObject({
    max_chunk_size_tokens: z
      .number()
      .int()
      .min(100)
      .max(4_096)
      .describe("Maximum size of a chunk, in estimated tokens, 100 to 4,096."),
    chunk_overlap_tokens: z
      .number()
      .int()
      .min(0)
      .describe(
        "Estimated tokens that a chunk repeats of the one before it; at most half of `max_chunk_size_tokens`.",
      ),
  })
  .refine((chunking) => chunking.chunk_overlap_tokens * 2 <= chunking.max_chunk_size_tokens, {
    path: ["chunk_overlap_tokens"],
    error: "must be at most half of max_chunk_size_tokens",
  });

/** The schema of a file's chunking strategy: how its text is cut into chunks. */
export const ChunkingParam = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("auto").describe("The service chooses: 400 tokens with an overlap of 60."),
    }),
    z.strictObject({
      type: z.literal("static").describe("You choose, in `static`."),
      static: StaticChunking.describe("The sizes of the chunks."),
    }),
  ])
  .transform((strategy): Chunking => {
    if (strategy.type === "auto") return CHUNKING_AUTO;
    const { max_chunk_size_tokens, chunk_overlap_tokens } = strategy.static;
    return { chunkTokensMax: max_chunk_size_tokens, overlapTokens: chunk_overlap_tokens };
  })
  .nullish()
  .describe("Sizes of the chunks into which files are cut; `auto` by default.");
