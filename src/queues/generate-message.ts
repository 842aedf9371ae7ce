import { z } from "zod";

import type { GenerateMessage } from "../conversation/generation-client.ts";
import { isResponseId, type ResponseId } from "../ids.ts";
import type { StepMessage } from "../workflow/steps/dispatched-step.ts";
import { MessageScope } from "./message-scope.ts";

/** The schema of a message of the queue for answers that asks to do a step of a run. */
export const StepMessageSchema: z.ZodType<StepMessage> = z.strictObject({
  v: z.literal(1),
  scope: MessageScope,
  runId: z.string().min(1).max(1_000),
  lease: z.string().min(1).max(1_000),
});

/** The schema of a message of the queue for answers that asks to answer a response. `v` is the version of the message format. */
export const GenerateMessageSchema: z.ZodType<GenerateMessage> = z.strictObject({
  v: z.literal(1),
  scope: MessageScope,
  responseId: z.custom<ResponseId>((value) => typeof value === "string" && isResponseId(value)),
  lease: z.string().min(1).max(200),
});
