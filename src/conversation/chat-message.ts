import { z } from "zod";

import { STORED_JSON_BYTES_MAX } from "../bounds.ts";
import { type InputItemParam, ITEM_BOUND, ItemText } from "./input-item.ts";
import { FunctionName } from "./response-request.ts";

const TextPart = z.strictObject({
  type: z.literal("text").describe("Type of the part."),
  text: ItemText.describe("The text of the part."),
});
const TextParts = z
  .array(TextPart)
  .min(1)
  .transform((parts) => parts.map((part) => part.text).join("\n"))
  .pipe(ItemText);
const Content = z.union([ItemText, TextParts], {
  error: "expected a text or parts of type text; images, audio and files are not supported",
});
const ImagePart = z.strictObject({
  type: z.literal("image_url").describe("Type of the part."),
  image_url: z
    .strictObject({
      url: z.string().describe("The image; refused, since models here read text."),
      detail: z.string().nullish().describe("Accepted; without effect."),
    })
    .describe("The image; refused, since models here read text."),
});
const UserContent = z
  .union([ItemText, z.array(z.discriminatedUnion("type", [TextPart, ImagePart])).min(1)], {
    error: "expected a text or parts of type text; audio and files are not supported",
  })
  .refine((content) => textLength(content) <= STORED_JSON_BYTES_MAX, {
    error: `expected at most ${STORED_JSON_BYTES_MAX} characters in all parts`,
  });
const ToolCall = z.strictObject({
  id: z.string().min(1).max(64).describe("Id of the call, as the model gave it."),
  type: z.literal("function").describe("Type of the call."),
  function: z
    .strictObject({
      name: FunctionName.describe("Name of the function that the model called."),
      arguments: ItemText.describe("Arguments of the call, as a text of JSON."),
    })
    .describe("The function that the model called."),
});

/** The schema of a message in a chat completion request. */
export const Message = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.enum(["system", "developer"]).describe("The author of the message."),
    content: Content.describe(`The message: a text, or parts of texts. ${ITEM_BOUND}`),
    name: z.string().optional().describe("Accepted; without effect."),
  }),
  z.strictObject({
    role: z.literal("user").describe("The author of the message."),
    content: UserContent.describe(`The message: a text, or parts of texts. ${ITEM_BOUND}`),
    name: z.string().optional().describe("Accepted; without effect."),
  }),
  z.strictObject({
    role: z.literal("assistant").describe("The author: the model, in an earlier turn."),
    content: Content.nullish().describe("The model's text; null when it only called functions."),
    refusal: ItemText.nullish().describe("The words in which the model declined to answer."),
    reasoning_content: z
      .string()
      .nullish()
      .describe("Accepted from an earlier answer; without effect."),
    name: z.string().optional().describe("Accepted; without effect."),
    tool_calls: z.array(ToolCall).optional().describe("The functions that the model called."),
    annotations: z
      .array(z.unknown())
      .optional()
      .describe("Accepted from an earlier answer; without effect."),
  }),
  z.strictObject({
    role: z.literal("tool").describe("The author: your function."),
    content: Content.describe(
      `The result of your function: a text, or parts of texts. ${ITEM_BOUND}`,
    ),
    tool_call_id: z.string().min(1).max(64).describe("Id of the call that this is the result of."),
  }),
]);

/**
 * Converts a path in a Responses API input, such as `input[2].content[0]`, to the path of the same part in the chat
 * `messages` from which the input was made. Returns null for a path of another form. Error messages use it to name the
 * part that the client sent.
 */
export function findMessagePart(
  messages: readonly z.output<typeof Message>[],
  param: string,
): string | null {
  const [, item, part] = /^input\[(\d+)\]\.content\[(\d+)\]$/.exec(param) ?? [];
  if (item === undefined) return null;
  let left = Number(item);
  for (const [index, message] of messages.entries()) {
    left -= toInputItems(message).length;
    if (left < 0) return `messages[${index}].content[${part}]`;
  }
  return null;
}

const textLength = (
  content: string | readonly { readonly type: string; readonly text?: string }[],
): number =>
  typeof content === "string"
    ? content.length
    : content.reduce((sum, { text = "" }) => sum + text.length + 1, -1);

/** Texts alone become one. */
function toUserContent(content: z.output<typeof UserContent>) {
  if (typeof content === "string") return content;
  const texts = content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  if (texts.length === content.length) return texts.join("\n");
  return content.map((part) =>
    part.type === "text"
      ? ({ type: "input_text", text: part.text } as const)
      : ({ type: "input_image", image_url: part.image_url.url } as const),
  );
}

/** Converts a message of a chat completion request to items of the Responses API. */
export function toInputItems(message: z.output<typeof Message>): InputItemParam[] {
  if (message.role === "tool") {
    const { tool_call_id: call_id, content: output } = message;
    return [{ type: "function_call_output", call_id, output }];
  }
  if (message.role === "user") {
    return [{ type: "message", role: "user", content: toUserContent(message.content) }];
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
