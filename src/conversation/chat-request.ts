import { z } from "zod";

import { MetadataParam } from "../knowledge/metadata.ts";
import type { InputItemParam } from "./input-item.ts";
import {
  type AnyRequestBody,
  CreateResponseBody,
  FileSearchParam,
  FunctionName,
  Include,
} from "./response-request.ts";

const Text = z.string().max(4_000_000);
const TextParts = z
  .array(z.strictObject({ type: z.literal("text"), text: Text }))
  .min(1)
  .transform((parts) => parts.map((part) => part.text).join("\n"));
const Content = z.union([Text, TextParts], {
  error: "expected a text or parts of type text; images, audio and files are not supported",
});
const ToolCall = z.strictObject({
  id: z.string().min(1).max(64),
  type: z.literal("function"),
  function: z.strictObject({ name: FunctionName, arguments: Text }),
});

const Message = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.enum(["system", "developer", "user"]),
    content: Content,
    name: z.string().optional(),
  }),
  z.strictObject({
    role: z.literal("assistant"),
    content: Content.nullish(),
    refusal: Text.nullish(),
    name: z.string().optional(),
    tool_calls: z.array(ToolCall).optional(),
    annotations: z.array(z.unknown()).optional(),
  }),
  z.strictObject({
    role: z.literal("tool"),
    content: Content,
    tool_call_id: z.string().min(1).max(64),
  }),
]);

const ResponseFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    json_schema: z.strictObject({
      name: z.string().regex(/^[\w-]{1,64}$/),
      description: z.string().optional(),
      schema: z.record(z.string(), z.unknown()).default({}),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const FunctionTool = z.strictObject({
  type: z.literal("function", {
    error: "only tools of type function are supported; to search files, use 'file_search'",
  }),
  function: z.strictObject({
    name: FunctionName,
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});
const ToolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.strictObject({
    type: z.literal("function"),
    function: z.strictObject({ name: FunctionName }),
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

/** The body of `POST /v1/chat/completions`. `file_search` and `include` are extensions by Edgewise. */
export const ChatRequest = z.strictObject({
  model: z.string().max(256).nullish(),
  messages: z
    .array(Message)
    .min(1)
    .max(2_000)
    .refine((messages) => messages.some((message) => toInputItems(message).length > 0), {
      error: "at least one message must have content",
    }),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().optional(),
    })
    .nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: Stop.nullish(),
  tools: z.array(FunctionTool).max(128).nullish(),
  tool_choice: ToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: ResponseFormat.nullish(),
  metadata: MetadataParam.optional(),
  file_search: FileSearchParam.nullish(),
  include: Include.nullish(),
});
export type ChatRequest = z.output<typeof ChatRequest>;

/** Converts a chat request to a request of the Responses API. It is not stored beyond its run. */
export function toResponseBody(chat: ChatRequest): AnyRequestBody {
  const format = chat.response_format;
  const tools = [
    ...(chat.tools ?? []).map(({ type, function: tool }) => ({
      type,
      ...tool,
      strict: tool.strict ?? false,
    })),
    ...(chat.file_search ? [{ type: "file_search", ...chat.file_search }] : []),
  ];
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
  return { ...body, max_output_tokens, ...(chat.stop?.length && { stop: chat.stop }) };
}

function toInputItems(message: z.output<typeof Message>): InputItemParam[] {
  if (message.role === "tool") {
    const { tool_call_id: call_id, content: output } = message;
    return [{ type: "function_call_output", call_id, output }];
  }
  if (message.role !== "assistant") {
    return [{ type: "message", role: message.role, content: message.content }];
  }
  const text = message.content ?? message.refusal ?? "";
  const said: InputItemParam[] = text
    ? [{ type: "message", role: "assistant", content: text }]
    : [];
  const calls = (message.tool_calls ?? []).map(({ id, function: call }): InputItemParam => ({
    type: "function_call",
    call_id: id,
    name: call.name,
    arguments: call.arguments,
  }));
  return [...said, ...calls];
}
