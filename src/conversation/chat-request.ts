import { z } from "zod";

import { MetadataParam } from "../knowledge/metadata.ts";
import { Message, toInputItems } from "./chat-message.ts";
import { INPUT_ITEMS_MAX } from "./input-item.ts";
import {
  type AnyRequestBody,
  CreateResponseBody,
  FileSearchParam,
  FunctionName,
  Include,
  MODEL_MEANING,
} from "./response-request.ts";

const ResponseFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text").describe("The answer is plain text.") }),
  z.strictObject({ type: z.literal("json_object").describe("The answer is any JSON object.") }),
  z.strictObject({
    type: z.literal("json_schema").describe("The answer is JSON that matches `json_schema`."),
    json_schema: z
      .strictObject({
        name: z
          .string()
          .regex(/^[\w-]{1,64}$/)
          .describe(
            "Name of the format, for the model: at most 64 letters, digits, underscores and dashes.",
          ),
        description: z.string().optional().describe("Purpose of the format, for the model."),
        schema: z
          .record(z.string(), z.unknown())
          .default({})
          .describe("JSON Schema of the answer."),
        strict: z
          .boolean()
          .nullish()
          .describe("Ask the model to match the schema exactly; false by default."),
      })
      .describe("The format of the answer."),
  }),
]);

const FunctionTool = z.strictObject({
  type: z
    .literal("function", {
      error: "only tools of type function are supported; to search files, use 'file_search'",
    })
    .describe("Type of the tool."),
  function: z
    .strictObject({
      name: FunctionName.describe(
        "Name of the function: at most 64 letters, digits, underscores and dashes.",
      ),
      description: z
        .string()
        .optional()
        .describe("Purpose of the function, for the model that decides when to call it."),
      parameters: z
        .record(z.string(), z.unknown())
        .optional()
        .describe("JSON Schema of the function's arguments; without it, the function has none."),
      strict: z
        .boolean()
        .nullish()
        .describe("Ask the model for arguments that match the schema exactly; false by default."),
    })
    .describe("The function that you offer."),
});
const ToolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.strictObject({
    type: z.literal("function").describe("The model must call this function."),
    function: z
      .strictObject({ name: FunctionName.describe("Name of the function, one of `tools`.") })
      .describe("The function to call."),
  }),
]);

const STOPS_MAX = 4;
const STOP_CHARACTERS_MAX = 1_000;
const StopText = z.string().max(STOP_CHARACTERS_MAX);
/** One text or several. An empty text stops nothing. */
const Stop = z
  .union([StopText, z.array(StopText).max(STOPS_MAX)], {
    error: `expected a text or a list of up to ${STOPS_MAX} texts, each of at most ${STOP_CHARACTERS_MAX} characters`,
  })
  .transform((stop) => [stop].flat().filter((text) => text !== ""));

/** The schema of the body of `POST /v1/chat/completions`. `file_search` and `include` are extensions by Edgewise. */
export const ChatRequest = z.strictObject({
  model: z.string().max(256).nullish().describe(MODEL_MEANING),
  messages: z
    .array(Message)
    .min(1)
    .max(2_000)
    .refine((messages) => messages.some((message) => toInputItems(message).length > 0), {
      error: "at least one message must have content",
    })
    .refine((messages) => messages.flatMap(toInputItems).length <= INPUT_ITEMS_MAX, {
      error: `the messages and their tool calls must be at most ${INPUT_ITEMS_MAX} together`,
    })
    .describe(
      "The conversation so far, oldest first, up to 2,000 messages; the last one is answered.",
    ),
  stream: z
    .boolean()
    .nullish()
    .describe("Send the answer as server-sent events while it is made; false by default."),
  stream_options: z
    .strictObject({
      include_usage: z
        .boolean()
        .optional()
        .describe("Send a last chunk that counts the tokens; false by default."),
    })
    .nullish()
    .describe("Settings of the stream; only with `stream`."),
  max_completion_tokens: z
    .number()
    .int()
    .min(1)
    .nullish()
    .describe("Maximum number of tokens that the model writes."),
  max_tokens: z
    .number()
    .int()
    .min(1)
    .nullish()
    .describe("Older name of `max_completion_tokens`, which is read first."),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .nullish()
    .describe(
      "Randomness of the model's choice of words, 0 to 2; the model's own default without one.",
    ),
  top_p: z
    .number()
    .min(0)
    .max(1)
    .nullish()
    .describe(
      "The model chooses from the most likely words that have this share of the probability, 0 to 1.",
    ),
  stop: Stop.nullish().describe(
    "A text, or up to 4 texts of at most 1,000 characters each, before which the answer ends.",
  ),
  tools: z
    .array(FunctionTool)
    .max(128)
    .nullish()
    .describe("The functions that the model may ask you to call, up to 128."),
  tool_choice: ToolChoice.nullish().describe(
    "Choice of functions: `auto` (the default) as it sees fit, `none`, `required` at least one, or the one given.",
  ),
  parallel_tool_calls: z
    .boolean()
    .nullish()
    .describe("With false, the model calls at most one function in an answer; true by default."),
  response_format: ResponseFormat.nullish().describe(
    "The format of the answer; plain text by default.",
  ),
  metadata: MetadataParam.optional(),
  file_search: FileSearchParam.nullish().describe(
    "Extension by Edgewise: answer from the files of these vector stores.",
  ),
  include: Include.nullish().describe(
    "Extension by Edgewise: members to add to the answer, such as `edgewise.grounding`.",
  ),
});
/** A checked body of `POST /v1/chat/completions`. */
export type ChatRequest = z.output<typeof ChatRequest>;

/**
 * Converts a chat completion request to a request of the Responses API. The request has `store: false`, so its response
 * is erased soon after the answer has ended.
 */
export function toResponseBody(chat: ChatRequest): AnyRequestBody {
  const format = chat.response_format;
  const tools = (chat.tools ?? []).map(({ type, function: tool }) => ({
    type,
    ...tool,
    strict: tool.strict ?? false,
  }));
  const search = chat.file_search ? [{ type: "file_search" as const, ...chat.file_search }] : [];
  const choice = chat.tool_choice ?? "auto";
  const body = CreateResponseBody.parse({
    model: chat.model,
    input: chat.messages.flatMap(toInputItems),
    tools,
    tool_choice:
      typeof choice === "string" ? choice : { type: "function", name: choice.function.name },
    parallel_tool_calls: chat.parallel_tool_calls,
    text: {
      format:
        format?.type === "json_schema" ? { ...format.json_schema, type: format.type } : format,
    },
    temperature: chat.temperature,
    top_p: chat.top_p,
    metadata: chat.metadata,
    include: chat.include,
    stream: chat.stream,
    store: false,
  });
  // Chat completions allow a smaller limit of tokens than responses do.
  const max_output_tokens = chat.max_completion_tokens ?? chat.max_tokens ?? null;
  return {
    ...body,
    tools: [...body.tools, ...search],
    max_output_tokens,
    ...(chat.stop?.length && { stop: chat.stop }),
  };
}

/**
 * Returns the index of a message in the chat request's `messages`: the one from which `toResponseBody` made the input
 * item with the index `itemIndex`.
 */
export function findMessage({ messages }: ChatRequest, itemIndex: number): number {
  let items = 0;
  return messages.findIndex((message) => {
    items += toInputItems(message).length;
    return items > itemIndex;
  });
}
