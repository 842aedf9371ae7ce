import { z } from "zod";

import type { IngestMessage } from "../ingest/ingest-types.ts";
import { MessageScope } from "./message-scope.ts";

/**
 * The schema of a message of the ingest queue, which asks to index one file. `v` is the version of the message format.
 */
export const IngestMessageSchema: z.ZodType<IngestMessage> = z.strictObject({
  v: z.literal(1),
  scope: MessageScope,
  storeId: z.templateLiteral(["vs_", z.string().max(64)]),
  fileId: z.templateLiteral(["file-", z.string().max(64)]),
  version: z.int().nonnegative(),
  lease: z.string().min(1).max(200),
  generation: z.int().positive().exactOptional(),
});
