import { z } from "zod";

import { HasMore, listData, objectType } from "../fields.ts";
import { AttributesBody } from "../knowledge/vector-store-body.ts";
import { HeadingPathBody, PageBody, RowBody, TableBody } from "../place-body.ts";
import { COMPONENTS } from "../route/components.ts";

const ItemStatus = z
  .enum(["in_progress", "completed", "incomplete"])
  .describe("Progress of the item: `incomplete` when the answer ended before the item did.");
const ItemId = z.string().describe("Id of the item.");
/** The members that a client requests for the items of a conversation, extensions by Edgewise. */
const OF_RESPONSE = {
  response_id: z
    .string()
    .nullable()
    .optional()
    .describe(
      "Id of the response that the item is the input or the output of; null for an item that was added. Present in the items of a conversation when `include` names `edgewise.response_id`.",
    ),
  origin_response_id: z
    .string()
    .nullable()
    .optional()
    .describe(
      "Of a copy that was made by an `item_reference`, as in a fork: id of the response of its original, which may have been deleted since; null otherwise. Present where `response_id` is.",
    ),
};
const itemType = <Word extends string>(word: Word) =>
  z.literal(word).describe("Type of the item; its other properties depend on it.");
const partType = <Word extends string>(word: Word) =>
  z.literal(word).describe("Type of the part; its other properties depend on it.");

/**
 * The schema of a citation in a message: OpenAI's `file_citation`. The fields after `index` are extensions by Edgewise,
 * included when the client requests them.
 */
export const AnnotationBody = z
  .strictObject({
    type: z.literal("file_citation").describe("Type of the annotation."),
    file_id: z.string().describe("Id of the cited file."),
    filename: z.string().describe("Name of the cited file."),
    index: z.number().int().describe("Position of the file in the list of cited files, from 0."),
    start_index: z
      .number()
      .int()
      .optional()
      .describe("Start of the supported sentence in the part's text, in UTF-16 code units."),
    end_index: z
      .number()
      .int()
      .optional()
      .describe("End of the supported sentence in the part's text, exclusive."),
    quote: z.string().optional().describe("The text of the file at `source_start … source_end`."),
    chunk_id: z.string().optional().describe("Id of the chunk that contains the quote."),
    source_start: z
      .number()
      .int()
      .optional()
      .describe("Start of the quote in the file's extracted text, in UTF-16 code units."),
    source_end: z
      .number()
      .int()
      .optional()
      .describe("End of the quote in the file's extracted text, exclusive."),
    heading_path: HeadingPathBody.optional(),
    page: PageBody.optional(),
    table: TableBody.optional(),
    row: RowBody.optional(),
  })
  .register(COMPONENTS, { id: "FileCitation" });

const OutputTextBody = z
  .strictObject({
    type: partType("output_text"),
    text: z.string().describe("The text of the part."),
    annotations: z.array(AnnotationBody).describe("The verified citations of the text."),
    logprobs: z.array(z.never()).describe("Always empty: models here return no log probabilities."),
  })
  .register(COMPONENTS, { id: "OutputText" });
const RefusalBody = z
  .strictObject({
    type: partType("refusal"),
    refusal: z.string().describe("The words in which the model declines to answer."),
  })
  .register(COMPONENTS, { id: "OutputRefusal" });
const ReasoningTextBody = z.strictObject({
  type: partType("reasoning_text"),
  text: z.string().describe("The text of the part."),
});
/** One part of an output message. */
const MessagePartBody = z.discriminatedUnion("type", [OutputTextBody, RefusalBody]);

const MESSAGE = { id: ItemId, type: itemType("message"), status: ItemStatus, ...OF_RESPONSE };
const OutputMessageBody = z
  .strictObject({
    ...MESSAGE,
    role: z.literal("assistant").describe("The author: the model."),
    content: z.array(MessagePartBody).describe("The parts of the message, in order."),
    phase: z
      .enum(["commentary", "final_answer"])
      .optional()
      .describe(
        "`commentary` before a search or a function call, and after a function call; set when the message ends.",
      ),
  })
  .register(COMPONENTS, { id: "OutputMessage" });
const InputMessageBody = z
  .strictObject({
    ...MESSAGE,
    role: z.enum(["user", "system", "developer"]).describe("The author of the message."),
    content: z
      .array(
        z.strictObject({
          type: partType("input_text"),
          text: z.string().describe("The text of the part."),
        }),
      )
      .describe("The parts of the message, in order."),
  })
  .register(COMPONENTS, { id: "InputMessage" });
const ReasoningBody = z
  .strictObject({
    id: ItemId,
    type: itemType("reasoning"),
    status: ItemStatus,
    ...OF_RESPONSE,
    summary: z
      .array(
        z.strictObject({
          type: partType("summary_text"),
          text: z.string().describe("The text of the part."),
        }),
      )
      .describe("Empty, unless a client sent a summary: models here do not summarize."),
    content: z
      .array(ReasoningTextBody)
      .optional()
      .describe("The reasoning of the model. It is no part of the answer."),
  })
  .register(COMPONENTS, { id: "Reasoning" });
const FileSearchCallBody = z
  .strictObject({
    id: ItemId,
    type: itemType("file_search_call"),
    status: z
      .enum(["in_progress", "searching", "completed", "incomplete", "failed"])
      .describe("Progress of the search."),
    ...OF_RESPONSE,
    queries: z.array(z.string()).describe("The texts that were searched for."),
    results: z
      .array(
        z.strictObject({
          file_id: z.string().describe("Id of the file that contains the chunk."),
          filename: z.string().describe("Name of the file that contains the chunk."),
          score: z.number().describe("Score of the chunk, from 0 to 1."),
          attributes: AttributesBody,
          text: z.string().describe("The text of the chunk."),
          heading_path: HeadingPathBody.optional(),
          page: PageBody.optional(),
          table: TableBody.optional(),
          row: RowBody.optional(),
        }),
      )
      .nullable()
      .describe(
        "The chunks that were found, best first; null unless `include` names `file_search_call.results`.",
      ),
  })
  .register(COMPONENTS, { id: "FileSearchCall" });
const FUNCTION = {
  id: ItemId,
  status: ItemStatus,
  ...OF_RESPONSE,
  call_id: z.string().describe("Id that connects the call with its output."),
};
const FunctionCallBody = z
  .strictObject({
    ...FUNCTION,
    type: itemType("function_call"),
    name: z.string().describe("Name of the function to call."),
    arguments: z.string().describe("Arguments of the call, as a text of JSON."),
  })
  .register(COMPONENTS, { id: "FunctionCall" });
const FunctionCallOutputBody = z
  .strictObject({
    ...FUNCTION,
    type: itemType("function_call_output"),
    output: z.string().describe("The result of your function, as text."),
  })
  .register(COMPONENTS, { id: "FunctionCallOutput" });

/**
 * The schema of a compaction: one item that replaces earlier items of a conversation and holds them in compressed form.
 */
export const CompactionBody = z
  .strictObject({
    type: z.literal("compaction").describe("Type of the item."),
    id: ItemId,
    encrypted_content: z.string().describe("The items. Send it back unchanged."),
  })
  .register(COMPONENTS, { id: "Compaction" });

/** The schema of an item of a response's output. */
export const OutputItemBody = z
  .union([OutputMessageBody, ReasoningBody, FileSearchCallBody, FunctionCallBody])
  .register(COMPONENTS, { id: "OutputItem" });

/** The schema of an item of a conversation, or of a response's input. */
export const ItemBody = z
  .union([
    InputMessageBody,
    OutputMessageBody,
    ReasoningBody,
    FileSearchCallBody,
    FunctionCallBody,
    FunctionCallOutputBody,
  ])
  .register(COMPONENTS, { id: "Item" });

/** The schema of a page of items. `first_id` and `last_id` are null if the page is empty. */
export const ItemListBody = z.strictObject({
  object: objectType("list"),
  data: listData(ItemBody),
  first_id: z.string().nullable().describe("Id of the first item; null when the page is empty."),
  last_id: z
    .string()
    .nullable()
    .describe("Id of the last item, for the next page's `after`; null when the page is empty."),
  has_more: HasMore,
});

/** Builds the response body for a page of items. `first_id` and `last_id` are null if the page is empty. */
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

/** An example of a user's message, for the API description. */
export const INPUT_EXAMPLE = {
  id: "msg_01k8v3q7cde4f6g8h0jkmnpq",
  type: "message",
  status: "completed",
  role: "user",
  content: [{ type: "input_text", text: "How many days of annual leave do I have?" }],
} satisfies z.input<typeof ItemBody>;

/** An example of an assistant's message, for the API description. */
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
