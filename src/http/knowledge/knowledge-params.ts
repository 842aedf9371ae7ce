import { z } from "zod";

import { CHUNKING_AUTO, type Chunking } from "../../ingest/ingest-types.ts";
import type { Filter } from "../../knowledge/attributes.ts";

const PAIRS_MAX = 16;
const KEY_LENGTH_MAX = 64;
const VALUE_LENGTH_MAX = 512;

const atMost16 = (pairs: object) => Object.keys(pairs).length <= PAIRS_MAX;

/** Up to 16 pairs that a caller attaches to an object; null stands for none. */
export const MetadataParam = z
  .record(z.string().max(KEY_LENGTH_MAX), z.string().max(VALUE_LENGTH_MAX))
  .refine(atMost16, "at most 16 pairs are kept")
  .nullable()
  .transform((metadata) => metadata ?? {});

/** What searches can filter a file by; null stands for none. */
export const AttributesParam = z
  .record(
    z.string().min(1).max(KEY_LENGTH_MAX),
    z.union([z.string().max(VALUE_LENGTH_MAX), z.number(), z.boolean()]),
  )
  .refine(atMost16, "at most 16 attributes are kept")
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

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const COMPARISON = { key: z.string().min(1) };
const ComparisonParam = z.discriminatedUnion("type", [
  z.strictObject({ ...COMPARISON, type: z.enum(["eq", "ne"]), value: Scalar }),
  z.strictObject({
    ...COMPARISON,
    type: z.enum(["gt", "gte", "lt", "lte"]),
    value: z.union([z.number(), z.string()]),
  }),
  z.strictObject({
    ...COMPARISON,
    type: z.enum(["in", "nin"]),
    value: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .max(1_000),
  }),
]);

/** Levels of `and` and `or`; the bound keeps a hostile filter from exhausting the stack. */
const FILTER_DEPTH_MAX = 8;

/** OpenAI's filters over attributes: comparisons, joined by `and` and `or` up to 8 levels deep. */
export const FilterParam: z.ZodType<Filter> = filterParam(FILTER_DEPTH_MAX);

function filterParam(depth: number): z.ZodType<Filter> {
  if (depth === 0) return ComparisonParam;
  const filters = z
    .array(filterParam(depth - 1))
    .min(1)
    .max(100);
  return z.union([ComparisonParam, z.strictObject({ type: z.enum(["and", "or"]), filters })]);
}
