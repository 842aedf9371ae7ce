import { z } from "zod";

import { findStrictProblem } from "../answer/functions/strict-schema.ts";
import { REQUEST_BYTES_MAX } from "../bounds.ts";
import type { WorkflowVersion } from "../kernel/rules/pinned-workflow.ts";
import { FilterParam } from "../knowledge/filter-param.ts";
import { MetadataParam } from "../knowledge/metadata.ts";
import type { EvidencePolicy, OutputPolicy } from "../knowledge/project-settings.ts";
import { RankingOptionsParam } from "../knowledge/ranking-param.ts";
import { QUEUE_POSITION } from "../lanes/lane-client.ts";
import { InputItemParam, INPUT_ITEMS_MAX, ITEM_BOUND, ItemText } from "./input-item.ts";
import { RETRIEVAL } from "./response-retrieval.ts";
import { ServiceTierParam } from "./service-tier.ts";
import { TextFormatParam } from "./text-format.ts";
import { ConversationPolicy } from "./turn-policy.ts";

/** Maximum number of vector stores that one request may search. */
export const STORES_MAX = 16;

/** The schema of a request's file search settings. Chat completions take it as the extension field `file_search`. */
export const FileSearchParam = z.strictObject({
  vector_store_ids: z
    .array(z.string().min(1))
    .min(1)
    .max(STORES_MAX)
    .describe("Ids of the vector stores to search, up to 16."),
  max_num_results: z
    .number()
    .int()
    .min(1)
    .max(50)
    .optional()
    .describe("Maximum number of chunks that a search finds, 1 to 50; 20 by default."),
  filters: FilterParam.nullish().describe("Search only files whose attributes match this filter."),
  ranking_options: RankingOptionsParam.optional().describe("Options of ranking."),
});

/** Checked file search settings of a request. */
export type FileSearchParam = z.output<typeof FileSearchParam>;

/** The schema of the tool `file_search` in a request. */
export const FileSearchTool = FileSearchParam.extend({
  type: z.literal("file_search").describe("Type of the tool; its other properties depend on it."),
});
/** The schema of the name of a function that the client declares. */
export const FunctionName = z.string().regex(/^[\w-]{1,64}$/, {
  error: "use 1 to 64 letters, digits, underscores and dashes",
});
const FUNCTION_TOOL = {
  type: z.literal("function").describe("Type of the tool; its other properties depend on it."),
  name: FunctionName.describe(
    "Name of the function: at most 64 letters, digits, underscores and dashes.",
  ),
  description: z
    .string()
    .nullish()
    .describe("Purpose of the function, for the model that decides when to call it."),
};
const JsonSchema = z.record(z.string(), z.unknown());
/** The schema of a function tool as it is stored and returned, with its defaults filled in. */
export const FunctionTool = z.strictObject({
  ...FUNCTION_TOOL,
  parameters: JsonSchema.nullable().describe(
    "JSON Schema of the function's arguments; null when it has none.",
  ),
  strict: z.boolean().describe("True when the arguments must match the schema exactly."),
});
/** As in OpenAI's API, a function that does not say so is strict if its schema can be. */
const canBeStrict = (parameters: Readonly<Record<string, unknown>> | null | undefined) =>
  !parameters || findStrictProblem(parameters) === null;
const FunctionToolParam = z
  .strictObject({
    ...FUNCTION_TOOL,
    parameters: JsonSchema.nullish().describe(
      "JSON Schema of the function's arguments; without it, the function has none.",
    ),
    strict: z
      .boolean()
      .nullish()
      .describe("Ask the model for arguments that match the schema exactly; true by default."),
  })
  .transform((tool) => ({
    ...tool,
    parameters: tool.parameters ?? null,
    strict: tool.strict ?? canBeStrict(tool.parameters),
  }));

const Tool = z.union([FileSearchTool, FunctionToolParam], {
  error: "supported tools are file_search and function",
});
/** The schema of a request's `tool_choice`. */
export const ToolChoice = z.union(
  [
    z.enum(["auto", "none", "required"]),
    z.strictObject({ type: z.literal("file_search").describe("The model must search files.") }),
    z.strictObject({
      type: z.literal("function").describe("The model must call this function."),
      name: FunctionName.describe("Name of the function, one of `tools`."),
    }),
  ],
  { error: "use auto, none, required, {type: file_search} or {type: function, name}" },
);

/**
 * The value of `include` by which a client requests the grounding of an answer and the spans of its citations,
 * extensions by Edgewise.
 */
export const GROUNDING = "edgewise.grounding";
/** The value of `include` by which a client requests the results of file searches, as in OpenAI's API. */
export const RESULTS = "file_search_call.results";
const INCLUDES = [
  RESULTS,
  GROUNDING,
  RETRIEVAL,
  QUEUE_POSITION,
  "web_search_call.results",
  "web_search_call.action.sources",
  "message.input_image.image_url",
  "computer_call_output.output.image_url",
  "code_interpreter_call.outputs",
  "reasoning.encrypted_content",
] as const;
/** The schema of `include`, the list of extra fields that a client requests in a response. */
export const Include = z.array(z.enum(INCLUDES));

/** The description of the request property `model`, for the API's schema; Responses and chat completions share it. */
export const MODEL_MEANING =
  "Name of the model that answers, or `store:` and the id of a vector store. Without one, the project's `default_model` answers, a setting of the project, or the deployment's default.";

const nullTo = <Value>(fallback: Value) => ({
  from: <Schema extends z.ZodType>(schema: Schema) =>
    schema.nullish().transform((value) => value ?? fallback),
});

/** The schema of the body of `POST /v1/responses`. Parsing fills in the defaults. */
export const CreateResponseBody = z.strictObject({
  model: nullTo("").from(z.string().max(256)).describe(MODEL_MEANING),
  input: z
    .union([ItemText, z.array(InputItemParam).min(1).max(INPUT_ITEMS_MAX)], {
      error: "expected a text or a list of at least one item",
    })
    .describe(
      `The question as a text, or up to 2,000 items: messages, function calls and their outputs. ${ITEM_BOUND}`,
    ),
  instructions: nullTo(null)
    .from(z.string().max(REQUEST_BYTES_MAX))
    .describe(
      "A system message that comes before the input. It is not kept for the next turn. The request without its input has at most 1,500,000 bytes as JSON.",
    ),
  tools: z
    .array(Tool)
    .max(128)
    .nullish()
    .transform((tools) => tools ?? [])
    .describe(
      "The tools that the model may use: searches of vector stores and your functions, up to 128.",
    ),
  tool_choice: nullTo("auto" as const)
    .from(ToolChoice)
    .describe(
      "Choice of tools: `auto` (the default), `none`, `required` at least one, or the one given. With `auto` the model chooses, except that a search comes first where file_search is the only tool, unless the project's setting `search` is `model`.",
    ),
  parallel_tool_calls: nullTo(true)
    .from(z.boolean())
    .describe("With false, the model calls at most one function in an answer; true by default."),
  max_tool_calls: nullTo(null)
    .from(z.number().int().min(1))
    .describe(
      "Maximum number of file searches of an answer: the model's further attempts are ignored. An answer has a few rounds of searches at most, also without it.",
    ),
  text: nullTo({ format: { type: "text" as const } })
    .from(
      z.strictObject({
        format: nullTo({ type: "text" as const })
          .from(TextFormatParam)
          .describe("The format of the answer; plain text by default."),
      }),
    )
    .describe("Settings of the answer's text."),
  max_output_tokens: nullTo(null)
    .from(z.number().int().min(16))
    .describe(
      "Maximum number of tokens that the model writes, at least 16. An answer that reaches it is `incomplete`.",
    ),
  temperature: nullTo(null)
    .from(z.number().min(0).max(2))
    .describe(
      "Randomness of the model's choice of words, 0 to 2; the model's own default without one.",
    ),
  top_p: nullTo(null)
    .from(z.number().min(0).max(1))
    .describe(
      "The model chooses from the most likely words that have this share of the probability, 0 to 1.",
    ),
  truncation: nullTo("disabled" as const)
    .from(z.enum(["auto", "disabled"]))
    .describe(
      "Shown again in the response; without other effect. With either value the model reads at most the latest 400 items of a conversation, and a response fails with `invalid_prompt` when they do not fit the model's context.",
    ),
  include: Include.nullish()
    .transform((include) => include ?? [])
    .describe("Members to add to the answer. Names without a counterpart here add nothing."),
  metadata: MetadataParam.default({}),
  stream: nullTo(false)
    .from(z.boolean())
    .describe("Send the answer as server-sent events while it is made; false by default."),
  background: nullTo(false)
    .from(z.boolean())
    .describe(
      "Return at once with the status `queued`; poll or stream the response later. False by default.",
    ),
  service_tier: nullTo(null)
    .from(ServiceTierParam)
    .describe(
      "Urgency of an answer in the background: `priority` goes before `default` and `auto`, `flex` after them. Without effect on other answers.",
    ),
  store: nullTo(true)
    .from(z.boolean())
    .describe(
      "Keep the response so that it can be read later: 30 days outside a conversation. With false nothing is kept once you have the answer, or, of one in the background, 10 minutes after its end. True by default.",
    ),
  conversation: z
    .union([
      z.string(),
      z
        .strictObject({ id: z.string().describe("Id of the conversation.") })
        .transform(({ id }) => id),
    ])
    .nullish()
    .describe(
      "Id of the conversation to continue: its items come before the input, and those of this response join it. Not together with `previous_response_id`.",
    ),
  conversation_policy: nullTo(null)
    .from(ConversationPolicy)
    .describe(
      "Extension by Edgewise: while another response of the conversation is in progress, `queue` this request, `reject` it, or cancel the others, since it is the `latest`. The conversation's own policy by default.",
    ),
  previous_response_id: z
    .string()
    .nullish()
    .describe("Id of the response to continue. Not together with `conversation`."),
  user: nullTo(null)
    .from(z.string())
    .describe("Shown again in the response; without other effect."),
  safety_identifier: nullTo(null)
    .from(z.string().max(64))
    .describe("Shown again in the response; without other effect."),
  prompt_cache_key: nullTo(null)
    .from(z.string())
    .describe("Shown again in the response; without other effect."),
  workflow: nullTo(null)
    .from(z.string().min(1).max(80))
    .describe(
      "Extension by Edgewise: the workflow that answers instead of the built-in one, `name` or `name@version`.",
    ),
});
/** A checked body of `POST /v1/responses`, with its defaults filled in. */
export type CreateResponseBody = z.output<typeof CreateResponseBody>;

/**
 * A checked request for a response. If it was converted from a chat completion request, it has settings that a request
 * of the Responses API cannot have.
 */
export type AnyRequestBody = CreateResponseBody & {
  /** Stop sequences: the answer ends before the first of them. */
  readonly stop?: readonly string[];
};

/** The part of a request that is stored with its response. The input is stored separately, as items. */
export type ResponseRequest = Omit<
  AnyRequestBody,
  "input" | "stream" | "conversation" | "conversation_policy" | "previous_response_id" | "workflow"
> & {
  /** The workflow that answers instead of the built-in one. */
  readonly workflow?: WorkflowVersion;
  /**
   * The project's output policy when the response was created, so that every attempt removes the same links. Absent in
   * responses that were created before output policies existed.
   */
  readonly outputPolicy?: OutputPolicy;
  /**
   * The project's rules for the evidence of answers when the response was created, so that every attempt decides alike.
   * Absent in responses that were created before these rules existed.
   */
  readonly evidencePolicy?: EvidencePolicy;
  /** The model that answers if `model` names a vector store; otherwise absent. */
  readonly answeringModel?: string;
  /**
   * True if the ids of the response's items contain the key of their conversation. Absent in responses of earlier
   * builds, whose item ids do not.
   */
  readonly namesOwner?: true;
  /** When the idempotency key of the request ends, in milliseconds since the epoch. Absent without a key. */
  readonly keptUntil?: number;
};
/** A checked tool of a request: a file search or a function. */
export type ToolParam = CreateResponseBody["tools"][number];
/** A checked `file_search` tool of a request. */
export type FileSearchToolParam = z.output<typeof FileSearchTool>;
