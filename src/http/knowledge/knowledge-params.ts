import { z } from "zod";

import { CHUNKING_AUTO, type Chunking } from "../../knowledge/chunking.ts";
import { KEY_LENGTH_MAX, PAIRS_MAX, VALUE_LENGTH_MAX } from "../../knowledge/metadata.ts";

/** The attributes of a file that searches filter by; null means none. */
export const AttributesParam = z
  .record(
    z.string().min(1).max(KEY_LENGTH_MAX),
    z.union([z.string().max(VALUE_LENGTH_MAX), z.number(), z.boolean()]),
  )
  .refine((attributes) => Object.keys(attributes).length <= PAIRS_MAX, {
    error: `a file has at most ${PAIRS_MAX} attributes`,
  })
  .nullable()
  .transform((attributes) => attributes ?? {});

/** The expiry of a vector store, counted from its last use. */
export const ExpiresAfterParam = z
  .strictObject({ anchor: z.literal("last_active_at"), days: z.number().int().min(1).max(365) })
  .transform(({ days }) => days);

const StaticChunking = z
  .strictObject({
    max_chunk_size_tokens: z.number().int().min(100).max(4_096),
    chunk_overlap_tokens: z.number().int().min(0),
  })
  .refine((chunking) => chunking.chunk_overlap_tokens * 2 <= chunking.max_chunk_size_tokens, {
    path: ["chunk_overlap_tokens"],
    error: "must be at most half of max_chunk_size_tokens",
  });

/** The chunking of a file. */
export const ChunkingParam = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("auto") }),
    z.strictObject({ type: z.literal("static"), static: StaticChunking }),
  ])
  .transform((strategy): Chunking => {
    if (strategy.type === "auto") return CHUNKING_AUTO;
    const { max_chunk_size_tokens, chunk_overlap_tokens } = strategy.static;
    return { chunkTokensMax: max_chunk_size_tokens, overlapTokens: chunk_overlap_tokens };
  });
