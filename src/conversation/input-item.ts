import { z } from "zod";

import { JSON_BYTES_MAX, STORED_JSON_BYTES_MAX } from "../bounds.ts";
import type { FunctionCall, FunctionCallOutput, Item } from "./item.ts";

const Status = z
  .enum(["in_progress", "completed", "incomplete"])
  .nullish()
  .describe("Accepted from an earlier answer; without effect.");
const IdBack = z
  .string()
  .nullish()
  .describe("Accepted from an earlier answer; the item gets a new id.");
const CallId = z.string().min(1).max(64).describe("Id that connects the call with its output.");
/**
 * The schema of a text in an item. It limits characters; the bytes of an item as JSON are limited elsewhere, since a
 * character may have several.
 */
export const ItemText = z.string().max(STORED_JSON_BYTES_MAX);
/** A sentence that states the size limit of an item, for descriptions in the API's schema. */
export const ITEM_BOUND = "An item has at most 1,800,000 bytes as JSON.";
const InputText = z.strictObject({
  type: z.literal("input_text").describe("Type of the part; its other properties depend on it."),
  text: ItemText.describe("The text of the part."),
});
const OutputTextBack = z.strictObject({
  type: z.literal("output_text").describe("Type of the part; its other properties depend on it."),
  text: ItemText.describe("The text of the part."),
  annotations: z
    .array(z.unknown())
    .nullish()
    .describe("Accepted from an earlier answer; without effect."),
  logprobs: z
    .array(z.unknown())
    .nullish()
    .describe("Accepted from an earlier answer; without effect."),
});
const RefusalBack = z.strictObject({
  type: z.literal("refusal").describe("Type of the part; its other properties depend on it."),
  refusal: ItemText.describe("The words in which the model declined to answer."),
});
const InputImage = z.strictObject({
  type: z.literal("input_image").describe("Type of the part; its other properties depend on it."),
  image_url: z.string().nullish().describe("The image; refused, since models here read text."),
  file_id: z.string().nullish().describe("The image; refused, since models here read text."),
  detail: z.string().nullish().describe("Accepted; without effect."),
});
const Part = z.discriminatedUnion("type", [InputText, InputImage, OutputTextBack, RefusalBack], {
  error: "only parts of type input_text, output_text and refusal are supported",
});

// `withType` adds a missing type before the union reads it; a default is how the API description says that it may miss.
const Message = z.strictObject({
  type: z.literal("message").default("message").describe("Type of the item; may be left out."),
  id: IdBack,
  role: z.enum(["user", "assistant", "system", "developer"]).describe("The author of the message."),
  content: z
    .union([ItemText, z.array(Part).min(1)])
    .describe(`The message: a text, or parts of texts. ${ITEM_BOUND}`),
  status: Status,
  phase: z
    .enum(["commentary", "final_answer"])
    .nullish()
    .describe(
      "Phase of an assistant's message, as an earlier answer has it; kept with the message.",
    ),
});
const FunctionCallBack = z.strictObject({
  type: z.literal("function_call").describe("Type of the item; its other properties depend on it."),
  id: IdBack,
  call_id: CallId,
  name: z.string().min(1).max(128).describe("Name of the function that the model called."),
  arguments: ItemText.describe(`Arguments of the call, as a text of JSON. ${ITEM_BOUND}`),
  status: Status,
});
const FunctionCallOutputParam = z.strictObject({
  type: z
    .literal("function_call_output")
    .describe("Type of the item; its other properties depend on it."),
  id: IdBack,
  call_id: CallId,
  output: z
    .union([ItemText, z.array(z.discriminatedUnion("type", [InputText, InputImage]))])
    .describe(`The result of your function: a text, or parts of texts. ${ITEM_BOUND}`),
  status: Status,
});
const FileSearchCallBack = z.strictObject({
  type: z
    .literal("file_search_call")
    .describe("Type of the item; its other properties depend on it."),
  id: IdBack,
  queries: z.array(z.string()).describe("The texts that were searched for."),
  status: z.string().nullish().describe("Accepted from an earlier answer; without effect."),
  results: z
    .array(z.unknown())
    .nullish()
    .describe("Accepted from an earlier answer; without effect."),
});
const ReasoningBack = z.strictObject({
  type: z.literal("reasoning").describe("Type of the item; its other properties depend on it."),
  id: IdBack,
  summary: z
    .array(
      z.strictObject({
        type: z.literal("summary_text").describe("Type of the part."),
        text: ItemText.describe("The text of the part."),
      }),
    )
    .nullish()
    .describe("Summary of the reasoning. It is kept; models do not read it."),
  content: z
    .array(
      z.strictObject({
        type: z.literal("reasoning_text").describe("Type of the part."),
        text: ItemText.describe("The text of the part."),
      }),
    )
    .nullish()
    .describe("The reasoning, as an earlier answer has it. It is kept; models do not read it."),
  encrypted_content: z
    .string()
    .nullish()
    .describe("Accepted from an earlier answer; without effect."),
  status: Status,
});
const ItemReference = z.strictObject({
  type: z
    .literal("item_reference")
    .default("item_reference")
    .describe("Type of the item; may be left out."),
  id: z.string().min(1).describe("Id of a stored item, which takes the place of this one."),
});

const Compaction = z.strictObject({
  type: z.literal("compaction").describe("Type of the item; its other properties depend on it."),
  id: IdBack,
  encrypted_content: z
    .string()
    .max(JSON_BYTES_MAX)
    .describe(
      "The items in the place of this one, as `POST /v1/responses/compact` packed them: at most 8 MiB when unpacked.",
    ),
});

/** Maximum number of items in a request. */
export const INPUT_ITEMS_MAX = 2_000;

/** The schema of one item of a request's input. Output items of earlier responses can be sent back unchanged. */
export const InputItemParam = z.preprocess(
  withType,
  z.discriminatedUnion(
    "type",
    [
      Message,
      FunctionCallBack,
      FunctionCallOutputParam,
      FileSearchCallBack,
      ReasoningBack,
      ItemReference,
      Compaction,
    ],
    {
      error:
        "supported item types are message, function_call, function_call_output, file_search_call, reasoning, item_reference and compaction",
    },
  ),
);
/** A checked item of a request's input. */
export type InputItemParam = z.output<typeof InputItemParam>;
/** An input item that carries its own content: not a reference to a stored item, and not a compaction. */
export type SentItem = Exclude<InputItemParam, { type: "item_reference" | "compaction" }>;

/**
 * Makes the part of an item's id after the prefix. In production it begins with the key of the conversation that stores
 * the item; tests pass a function with predictable results.
 */
export type KeyMaker = () => string;

/**
 * Converts an item of a request to the item that is stored, with an id and defaults. References and compactions are
 * resolved by the caller before.
 */
export function toItem(param: SentItem, newKey: KeyMaker): Item {
  switch (param.type) {
    case "message":
      return toMessage(param, newKey);
    case "function_call":
      return {
        id: `fc_${newKey()}`,
        type: "function_call",
        status: "completed",
        call_id: param.call_id,
        name: param.name,
        arguments: param.arguments,
      } satisfies FunctionCall;
    case "function_call_output":
      return {
        id: `fco_${newKey()}`,
        type: "function_call_output",
        status: "completed",
        call_id: param.call_id,
        output:
          typeof param.output === "string" ? param.output : param.output.map(textOfPart).join("\n"),
      } satisfies FunctionCallOutput;
    case "file_search_call":
      return {
        id: `fs_${newKey()}`,
        type: "file_search_call",
        status: "completed",
        queries: param.queries,
        results: null,
      };
    case "reasoning":
      return {
        id: `rs_${newKey()}`,
        type: "reasoning",
        status: "completed",
        summary: param.summary ?? [],
        ...(param.content && { content: param.content }),
      };
  }
}

function toMessage(param: z.output<typeof Message>, newKey: KeyMaker): Item {
  const parts = typeof param.content === "string" ? [param.content] : param.content.map(textOfPart);
  const frame = { id: `msg_${newKey()}`, type: "message", status: "completed" } as const;
  if (param.role !== "assistant") {
    const content = parts.map((text) => ({ type: "input_text", text }) as const);
    return { ...frame, role: param.role, content };
  }
  const content = parts.map((text) => {
    return { type: "output_text", text, annotations: [], logprobs: [] } as const;
  });
  const { phase } = param;
  return { ...frame, role: "assistant", content, ...(phase && { phase }) };
}

function textOfPart(part: z.output<typeof Part>): string {
  if (part.type === "refusal") return part.refusal;
  // Requests with images are refused before their items are made.
  return part.type === "input_image" ? "" : part.text;
}

/**
 * Finds the first image in a list of items. Returns its path, such as `input[1].content[0]` if `param` is `input`; null
 * if there is no image.
 */
export function findImage(items: readonly InputItemParam[], param: string): string | null {
  for (const [index, item] of items.entries()) {
    const [name, parts] =
      item.type === "message"
        ? (["content", item.content] as const)
        : (["output", item.type === "function_call_output" ? item.output : ""] as const);
    if (typeof parts === "string") continue;
    const at = parts.findIndex(({ type }) => type === "input_image");
    if (at !== -1) return `${param}[${index}].${name}[${at}]`;
  }
  return null;
}

/** Adds the type that OpenAI lets messages and references leave out. */
function withType(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("type" in value && value.type !== null && value.type !== undefined) return value;
  if ("role" in value) return { ...value, type: "message" };
  return "id" in value ? { ...value, type: "item_reference" } : value;
}
