import { z } from "zod";

import { AttributesBody } from "../knowledge/vector-store-body.ts";
import { COMPONENTS } from "../route/components.ts";

const ItemStatus = z.enum(["in_progress", "completed", "incomplete"]);

/** OpenAI's `file_citation`. The members after `index` are extensions by Edgewise, shown on request. */
export const AnnotationBody = z
  .strictObject({
    type: z.literal("file_citation"),
    file_id: z.string(),
    filename: z.string(),
    index: z.number().int(),
    start_index: z.number().int().optional().describe("Start of the sentence that is supported."),
    end_index: z.number().int().optional(),
    quote: z.string().optional().describe("The text of the file at `source_start … source_end`."),
    chunk_id: z.string().optional(),
    source_start: z.number().int().optional(),
    source_end: z.number().int().optional(),
  })
  .register(COMPONENTS, { id: "FileCitation" });

const OutputTextBody = z
  .strictObject({
    type: z.literal("output_text"),
    text: z.string(),
    annotations: z.array(AnnotationBody),
    logprobs: z.array(z.never()),
  })
  .register(COMPONENTS, { id: "OutputText" });
const RefusalBody = z
  .strictObject({ type: z.literal("refusal"), refusal: z.string() })
  .register(COMPONENTS, { id: "OutputRefusal" });
/** One part of an output message. */
const MessagePartBody = z.discriminatedUnion("type", [OutputTextBody, RefusalBody]);

const MESSAGE = { id: z.string(), type: z.literal("message"), status: ItemStatus };
const OutputMessageBody = z
  .strictObject({
    ...MESSAGE,
    role: z.literal("assistant"),
    content: z.array(MessagePartBody),
    phase: z
      .enum(["commentary", "final_answer"])
      .optional()
      .describe("`commentary` before a search or a function call; set when the message ends."),
  })
  .register(COMPONENTS, { id: "OutputMessage" });
const InputMessageBody = z
  .strictObject({
    ...MESSAGE,
    role: z.enum(["user", "system", "developer"]),
    content: z.array(z.strictObject({ type: z.literal("input_text"), text: z.string() })),
  })
  .register(COMPONENTS, { id: "InputMessage" });
const FileSearchCallBody = z
  .strictObject({
    id: z.string(),
    type: z.literal("file_search_call"),
    status: z.enum(["in_progress", "searching", "completed", "incomplete", "failed"]),
    queries: z.array(z.string()),
    results: z
      .array(
        z.strictObject({
          file_id: z.string(),
          filename: z.string(),
          score: z.number(),
          attributes: AttributesBody,
          text: z.string(),
        }),
      )
      .nullable(),
  })
  .register(COMPONENTS, { id: "FileSearchCall" });
const FUNCTION = { id: z.string(), status: ItemStatus, call_id: z.string() };
const FunctionCallBody = z
  .strictObject({
    ...FUNCTION,
    type: z.literal("function_call"),
    name: z.string(),
    arguments: z.string(),
  })
  .register(COMPONENTS, { id: "FunctionCall" });
const FunctionCallOutputBody = z
  .strictObject({
    ...FUNCTION,
    type: z.literal("function_call_output"),
    output: z.string(),
  })
  .register(COMPONENTS, { id: "FunctionCallOutput" });

/** An item of a response's output. */
export const OutputItemBody = z
  .union([OutputMessageBody, FileSearchCallBody, FunctionCallBody])
  .register(COMPONENTS, { id: "OutputItem" });

/** An item of a conversation, or of a response's input. */
export const ItemBody = z
  .union([
    InputMessageBody,
    OutputMessageBody,
    FileSearchCallBody,
    FunctionCallBody,
    FunctionCallOutputBody,
  ])
  .register(COMPONENTS, { id: "Item" });

/** A page of items; the ids of an empty page are null. */
export const ItemListBody = z.strictObject({
  object: z.literal("list"),
  data: z.array(ItemBody),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

/** Renders a page of items. */
export function itemList<Item extends { readonly id: string }>({
  items,
  hasMore,
}: {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}) {
  return {
    object: "list" as const,
    data: items,
    first_id: items[0]?.id ?? null,
    last_id: items.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** A user's message for the API description. */
export const INPUT_EXAMPLE = {
  id: "msg_01k8v3q7cde4f6g8h0jkmnpq",
  type: "message",
  status: "completed",
  role: "user",
  content: [{ type: "input_text", text: "How many days of annual leave do I have?" }],
} satisfies z.input<typeof ItemBody>;

/** An assistant's message for the API description. */
export const OUTPUT_EXAMPLE = {
  id: "msg_01k8v3q7cde4f6g8h0jkmnpr",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [
    {
      type: "output_text",
      text: "Employees have 30 days of annual leave.",
      annotations: [
        {
          type: "file_citation",
          file_id: "file-01k8v3q7cde4f6g8h0jkmnpq",
          filename: "handbook.md",
          index: 0,
        },
      ],
      logprobs: [],
    },
  ],
} satisfies z.input<typeof OutputItemBody>;
