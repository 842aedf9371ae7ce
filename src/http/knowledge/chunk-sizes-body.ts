import { z } from "zod";

import type { Chunking } from "../../knowledge/chunking.ts";

/** The schema of the sizes of chunks that a file or an index generation has. */
export const ChunkSizesBody = z.strictObject({
  type: z
    .literal("static")
    .describe("Always `static`: the sizes in use are shown, also when the service chose them."),
  static: z
    .strictObject({
      max_chunk_size_tokens: z
        .number()
        .int()
        .describe("Maximum size of a chunk, in estimated tokens."),
      chunk_overlap_tokens: z
        .number()
        .int()
        .describe("Estimated tokens that a chunk repeats of the one before it."),
    })
    .describe("The sizes of the chunks."),
});

/** Returns the body of sizes of chunks for responses. */
export const chunkSizesBody = ({
  chunkTokensMax,
  overlapTokens,
}: Chunking): z.input<typeof ChunkSizesBody> => ({
  type: "static",
  static: { max_chunk_size_tokens: chunkTokensMax, chunk_overlap_tokens: overlapTokens },
});
