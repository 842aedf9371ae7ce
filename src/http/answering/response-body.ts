import { z } from "zod";

import {
  FileSearchTool,
  FunctionTool,
  TextFormat,
  ToolChoice,
} from "../../conversation/response-request.ts";
import { COMPONENTS } from "../route/components.ts";
import { RESPONSE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { OUTPUT_EXAMPLE, OutputItemBody } from "./item-body.ts";

const Tokens = z.number().int();

/** OpenAI's count of tokens. */
const UsageBody = z.strictObject({
  input_tokens: Tokens,
  input_tokens_details: z.strictObject({ cached_tokens: Tokens, cache_write_tokens: Tokens }),
  output_tokens: Tokens,
  output_tokens_details: z.strictObject({ reasoning_tokens: Tokens }),
  total_tokens: Tokens,
});

/** Edgewise extension: how far the sources support the answer. */
export const GroundingBody = z
  .strictObject({
    status: z.enum(["grounded", "partial", "ungrounded", "abstained"]),
    confidence: z.number().min(0).max(1),
    citations_verified: z.number().int(),
    citations_removed: z.number().int(),
  })
  .register(COMPONENTS, { id: "Grounding" });

/** Edgewise extension: the model that was replaced, and the reason. */
export const DegradedBody = z.strictObject({ from: z.string(), reason: z.string() });

/** OpenAI's response object. `grounding` and `degraded` are extensions by Edgewise; times are Unix seconds. */
export const ResponseBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("response"),
    created_at: z.number().int(),
    completed_at: z.number().int().nullable(),
    status: z.enum(["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]),
    background: z.boolean(),
    conversation: z.strictObject({ id: z.string() }).nullable(),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z
      .strictObject({ reason: z.enum(["max_output_tokens", "content_filter"]).optional() })
      .nullable(),
    instructions: z.string().nullable(),
    max_output_tokens: z.number().int().nullable(),
    max_tool_calls: z.number().int().nullable(),
    metadata: z.record(z.string(), z.string()),
    model: z.string().describe("The model that answers; once settled, the one that answered."),
    output: z.array(OutputItemBody),
    frequency_penalty: z.literal(0),
    parallel_tool_calls: z.boolean(),
    presence_penalty: z.literal(0),
    previous_response_id: z.string().nullable(),
    prompt_cache_key: z.string().nullable(),
    reasoning: z.strictObject({ effort: z.null(), summary: z.null() }),
    safety_identifier: z.string().nullable(),
    service_tier: z.literal("default"),
    store: z.boolean(),
    temperature: z.number(),
    text: z.strictObject({ format: TextFormat }),
    tool_choice: ToolChoice,
    tools: z.array(z.union([FileSearchTool, FunctionTool])),
    top_logprobs: z.number().int(),
    top_p: z.number(),
    truncation: z.enum(["auto", "disabled"]),
    usage: UsageBody.nullable(),
    user: z.string().optional(),
    grounding: GroundingBody.nullable().optional(),
    degraded: DegradedBody.nullable().optional(),
  })
  .register(COMPONENTS, { id: "ModelResponse" });

/** A response for the API description. */
export const RESPONSE_EXAMPLE = {
  id: RESPONSE_PARAM.example,
  object: "response",
  created_at: 1_795_000_000,
  completed_at: 1_795_000_001,
  status: "completed",
  background: false,
  conversation: null,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  model: "extractive-1",
  output: [OUTPUT_EXAMPLE],
  frequency_penalty: 0,
  parallel_tool_calls: true,
  presence_penalty: 0,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: "default",
  store: true,
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [{ type: "file_search", vector_store_ids: [VECTOR_STORE_PARAM.example] }],
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
  usage: {
    input_tokens: 180,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 12,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 192,
  },
} satisfies z.input<typeof ResponseBody>;
