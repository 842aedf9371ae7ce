import { z } from "zod";

import { COMPONENTS } from "../route/components.ts";
import { AnnotationBody } from "./item-body.ts";
import { DegradedBody, GroundingBody } from "./response-body.ts";

const Tokens = z.number().int();
const ToolCallBody = z.strictObject({
  id: z.string(),
  type: z.literal("function"),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
});
const MessageBody = z.strictObject({
  role: z.literal("assistant"),
  content: z.string().nullable(),
  refusal: z.string().nullable(),
  tool_calls: z.array(ToolCallBody).optional(),
  annotations: z
    .array(
      z.strictObject({
        type: z.literal("file_citation"),
        file_citation: AnnotationBody.omit({ type: true }),
      }),
    )
    .optional()
    .describe("Edgewise extension: verified citations, when the request asks for them."),
});

/** OpenAI's chat completion. `grounding` and `degraded` are extensions by Edgewise. */
export const ChatCompletionBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.number().int(),
    model: z.string(),
    choices: z.array(
      z.strictObject({
        index: z.literal(0),
        message: MessageBody,
        logprobs: z.null(),
        finish_reason: z.enum(["length", "content_filter", "tool_calls", "stop"]),
      }),
    ),
    usage: z.strictObject({
      prompt_tokens: Tokens,
      completion_tokens: Tokens,
      total_tokens: Tokens,
      prompt_tokens_details: z.strictObject({ cached_tokens: Tokens }),
      completion_tokens_details: z.strictObject({ reasoning_tokens: Tokens }),
    }),
    grounding: GroundingBody.optional(),
    degraded: DegradedBody.optional(),
  })
  .register(COMPONENTS, { id: "ChatCompletion" });

/** A completion for the API description. */
export const CHAT_EXAMPLE = {
  id: "chatcmpl-01k8v3q7cde4f6g8h0jkmnpq",
  object: "chat.completion",
  created: 1_795_000_000,
  model: "extractive-1",
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: "Employees have 30 days of annual leave.",
        refusal: null,
      },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: {
    prompt_tokens: 412,
    completion_tokens: 9,
    total_tokens: 421,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  },
} satisfies z.input<typeof ChatCompletionBody>;
