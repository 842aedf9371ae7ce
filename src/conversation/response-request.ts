import { z } from "zod";

import type { WorkflowVersion } from "../kernel/rules/pinned-workflow.ts";
import { FilterParam } from "../knowledge/filter-param.ts";
import { MetadataParam } from "../knowledge/metadata.ts";
import type { OutputPolicy } from "../knowledge/project-settings.ts";
import { InputItemParam } from "./input-item.ts";

/** The search settings of a request; also the extension field of chat completions. */
export const FileSearchParam = z.strictObject({
  vector_store_ids: z.array(z.string().min(1)).min(1).max(16),
  max_num_results: z.number().int().min(1).max(50).optional(),
  filters: FilterParam.nullish(),
  ranking_options: z
    .strictObject({
      ranker: z.enum(["auto", "none", "default-2024-11-15"]).optional(),
      score_threshold: z.number().min(0).max(1).optional(),
      hybrid_search: z
        .strictObject({
          embedding_weight: z.number().min(0),
          text_weight: z.number().min(0),
        })
        .refine((weights) => weights.embedding_weight + weights.text_weight > 0, {
          error: "one of the weights must be above 0",
        })
        .optional(),
    })
    .optional(),
});

export type FileSearchParam = z.output<typeof FileSearchParam>;

/** The `file_search` tool. */
export const FileSearchTool = FileSearchParam.extend({ type: z.literal("file_search") });
/** The name of a function that a client offers. */
export const FunctionName = z.string().regex(/^[\w-]{1,64}$/, {
  error: "use 1 to 64 letters, digits, underscores and dashes",
});
const FUNCTION_TOOL = {
  type: z.literal("function"),
  name: FunctionName,
  description: z.string().nullish(),
};
const JsonSchema = z.record(z.string(), z.unknown());
/** A function tool as it is stored and shown, with its defaults filled in. */
export const FunctionTool = z.strictObject({
  ...FUNCTION_TOOL,
  parameters: JsonSchema.nullable(),
  strict: z.boolean(),
});
const FunctionToolParam = z
  .strictObject({
    ...FUNCTION_TOOL,
    parameters: JsonSchema.nullish(),
    strict: z.boolean().nullish(),
  })
  .transform((tool) => ({
    ...tool,
    parameters: tool.parameters ?? null,
    strict: tool.strict ?? true,
  }));

const Tool = z.union([FileSearchTool, FunctionToolParam], {
  error: "supported tools are file_search and function",
});
/** The `tool_choice` of a request. */
export const ToolChoice = z.union(
  [
    z.enum(["auto", "none", "required"]),
    z.strictObject({ type: z.literal("file_search") }),
    z.strictObject({ type: z.literal("function"), name: FunctionName }),
  ],
  { error: "use auto, none, required, {type: file_search} or {type: function, name}" },
);

const JSON_SCHEMA_FORMAT = {
  type: z.literal("json_schema"),
  name: z.string().regex(/^[\w-]{1,64}$/),
  description: z.string().optional(),
  schema: JsonSchema,
};
const PlainFormat = z.strictObject({ type: z.literal("text") });
const JsonObjectFormat = z.strictObject({ type: z.literal("json_object") });

/** The format of an answer's text as it is stored and shown, with its defaults filled in. */
export const TextFormat = z.discriminatedUnion("type", [
  PlainFormat,
  JsonObjectFormat,
  z.strictObject({ ...JSON_SCHEMA_FORMAT, strict: z.boolean() }),
]);

/** The format of an answer's text as clients send it. */
export const TextFormatParam = z.discriminatedUnion("type", [
  PlainFormat,
  JsonObjectFormat,
  z
    .strictObject({ ...JSON_SCHEMA_FORMAT, strict: z.boolean().nullish() })
    .transform((format) => ({ ...format, strict: format.strict ?? false })),
]);

export type TextFormatParam = z.output<typeof TextFormatParam>;

/** Extensions by Edgewise that `include` requests. */
export const GROUNDING = "edgewise.grounding";
/** OpenAI's `include` for the results of file searches. */
export const RESULTS = "file_search_call.results";
const INCLUDES = [
  RESULTS,
  GROUNDING,
  "web_search_call.results",
  "web_search_call.action.sources",
  "message.input_image.image_url",
  "computer_call_output.output.image_url",
  "code_interpreter_call.outputs",
  "reasoning.encrypted_content",
] as const;
/** The list of extra members that a request asks for. */
export const Include = z.array(z.enum(INCLUDES));

const nullTo = <Value>(fallback: Value) => ({
  from: <Schema extends z.ZodType>(schema: Schema) =>
    schema.nullish().transform((value) => value ?? fallback),
});

/** The body of `POST /v1/responses`, with the defaults filled in. */
export const CreateResponseBody = z.strictObject({
  model: nullTo("").from(z.string().max(256)),
  input: z.union([z.string().max(4_000_000), z.array(InputItemParam).min(1).max(2_000)], {
    error: "expected a text or a list of at least one item",
  }),
  instructions: nullTo(null).from(z.string()),
  tools: z
    .array(Tool)
    .max(128)
    .nullish()
    .transform((tools) => tools ?? []),
  tool_choice: nullTo("auto" as const).from(ToolChoice),
  parallel_tool_calls: nullTo(true).from(z.boolean()),
  max_tool_calls: nullTo(null).from(z.number().int().min(1)),
  text: nullTo({ format: { type: "text" as const } }).from(
    z.strictObject({
      format: nullTo({ type: "text" as const }).from(TextFormatParam),
    }),
  ),
  max_output_tokens: nullTo(null).from(z.number().int().min(16)),
  temperature: nullTo(null).from(z.number().min(0).max(2)),
  top_p: nullTo(null).from(z.number().min(0).max(1)),
  truncation: nullTo("disabled" as const).from(z.enum(["auto", "disabled"])),
  include: Include.nullish().transform((include) => include ?? []),
  metadata: MetadataParam.default({}),
  stream: nullTo(false).from(z.boolean()),
  background: nullTo(false).from(z.boolean()),
  store: nullTo(true).from(z.boolean()),
  conversation: z
    .union([z.string(), z.strictObject({ id: z.string() }).transform(({ id }) => id)])
    .nullish(),
  previous_response_id: z.string().nullish(),
  user: nullTo(null).from(z.string()),
  safety_identifier: nullTo(null).from(z.string().max(64)),
  prompt_cache_key: nullTo(null).from(z.string()),
  /** Extension by Edgewise: the workflow that answers instead of the built-in one, `name` or `name@version`. */
  workflow: nullTo(null).from(z.string().min(1).max(80)),
});
export type CreateResponseBody = z.output<typeof CreateResponseBody>;

/** The part of the body that is stored with the response. The input is stored as items. */
export type ResponseRequest = Omit<
  CreateResponseBody,
  "input" | "stream" | "conversation" | "previous_response_id" | "workflow"
> & {
  /** The workflow that answers instead of the built-in one. */
  readonly workflow?: WorkflowVersion;
  /**
   * The project's policy when the response was created, so that every attempt writes the same text. Responses that were
   * created before there were policies have none.
   */
  readonly outputPolicy?: OutputPolicy;
};
/** One tool of a request. */
export type ToolParam = CreateResponseBody["tools"][number];
/** A `file_search` tool of a request. */
export type FileSearchToolParam = z.output<typeof FileSearchTool>;
