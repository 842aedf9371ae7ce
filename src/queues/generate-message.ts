import { z } from "zod";

import type { GenerateMessage } from "../conversation/generation-client.ts";
import { isResponseId, type ResponseId } from "../ids.ts";
import { MessageScope } from "./message-scope.ts";

/** The schema of a message of the queue for answers. `v` is the version of the message format. */
export const GenerateMessageSchema: z.ZodType<GenerateMessage> = z.strictObject({
  v: z.literal(1),
  scope: MessageScope,
  responseId: z.custom<ResponseId>((value) => typeof value === "string" && isResponseId(value)),
  lease: z.string().min(1).max(200),
});
