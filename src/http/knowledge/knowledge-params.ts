import { z } from "zod";

import { CHUNKING_AUTO, type Chunking } from "../../knowledge/chunking.ts";
import { KEY_LENGTH_MAX, PAIRS_MAX, VALUE_LENGTH_MAX } from "../../knowledge/metadata.ts";

/** What searches can filter a file by; null stands for none. */
export const AttributesParam = z
  .record(
    z.string().min(1).max(KEY_LENGTH_MAX),
    z.union([z.string().max(VALUE_LENGTH_MAX), z.number(), z.boolean()]),
  )
  .refine((attributes) => Object.keys(attributes).length <= PAIRS_MAX, {
    error: `at most ${PAIRS_MAX} attributes are kept`,
  })
  .nullable()
  .transform((attributes) => attributes ?? {});

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
    error: "it may be at most half of max_chunk_size_tokens",
  });

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
