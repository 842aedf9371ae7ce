import { z } from "zod";

import { CreatedAt, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { AnnotationBody } from "./item-body.ts";
import { DegradedBody, GroundingBody, UsageBody } from "./response-body.ts";

const countTokens = (what: string) => z.number().int().describe(`Number of ${what}.`);
const ToolCallBody = z.strictObject({
  id: z.string().describe("Id of the call; send it back with the result as `tool_call_id`."),
  type: z.literal("function").describe("Type of the call."),
  function: z
    .strictObject({
      name: z.string().describe("Name of the function to call."),
      arguments: z.string().describe("Arguments of the call, as a text of JSON."),
    })
    .describe("The function to call."),
});
const MessageBody = z.strictObject({
  role: z.literal("assistant").describe("The author: the model."),
  content: z
    .string()
    .nullable()
    .describe("The answer; null when the model only calls functions or declines."),
  refusal: z
    .string()
    .nullable()
    .describe("The words in which the model declines to answer; null when it answers."),
  reasoning_content: z
    .string()
    .optional()
    .describe("The reasoning of the model, which is no part of the answer. Absent without any."),
  tool_calls: z
    .array(ToolCallBody)
    .optional()
    .describe("The functions that the model asks you to call."),
  annotations: z
    .array(
      z.strictObject({
        type: z.literal("file_citation").describe("Type of the annotation."),
        file_citation: AnnotationBody.omit({ type: true }).describe(
          "The cited file, with the spans in the answer and in the file.",
        ),
      }),
    )
    .optional()
    .describe("Edgewise extension: verified citations, when the request asks for them."),
});

/**
 * The schema of OpenAI's chat completion, the response of `POST /v1/chat/completions`. `grounding` and `degraded` are
 * extensions by Edgewise.
 */
export const ChatCompletionBody = z
  .strictObject({
    id: z.string().describe("Id of the completion."),
    object: objectType("chat.completion"),
    created: CreatedAt,
    model: z
      .string()
      .describe("The model that answered; `store:<id>` if the request named a vector store."),
    choices: z
      .array(
        z.strictObject({
          index: z.literal(0).describe("Position in the list of choices; there is only one."),
          message: MessageBody.describe("The model's message."),
          logprobs: z.null().describe("Always null: models here return no log probabilities."),
          finish_reason: z
            .enum(["length", "content_filter", "tool_calls", "stop"])
            .describe("Reason why the message ends; `stop` when it is complete."),
        }),
      )
      .describe("The answer, as a list of one choice."),
    usage: z
      .strictObject({
        prompt_tokens: countTokens("tokens that the model read"),
        completion_tokens: countTokens("tokens that the model wrote"),
        total_tokens: countTokens("tokens read and written"),
        prompt_tokens_details: z
          .strictObject({
            cached_tokens: countTokens("tokens read from a cache of the model's server"),
          })
          .describe("Parts of `prompt_tokens`."),
        completion_tokens_details: z
          .strictObject({
            reasoning_tokens: countTokens("tokens that the model wrote while it reasoned"),
          })
          .describe("Parts of `completion_tokens`."),
        estimated: UsageBody.shape.estimated,
      })
      .describe("Tokens that the answer took."),
    grounding: GroundingBody.optional(),
    degraded: DegradedBody.optional(),
  })
  .register(COMPONENTS, { id: "ChatCompletion" });

/** An example of a chat completion, for the API description. */
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
