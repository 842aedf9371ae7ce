import { z } from "zod";

import { REMOVALS_LISTED_MAX } from "../../answer/grounding/grounding-tally.ts";
import { REMOVAL_REASONS } from "../../answer/removal-reasons.ts";
import { FileSearchTool, FunctionTool, ToolChoice } from "../../conversation/response-request.ts";
import { SERVICE_TIERS } from "../../conversation/service-tier.ts";
import { TextFormat } from "../../conversation/text-format.ts";
import { CreatedAt, MetadataBody, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { RESPONSE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { OUTPUT_EXAMPLE, OutputItemBody } from "./item-body.ts";
import { RetrievalBody } from "./retrieval-body.ts";

const RemovalBody = z
  .strictObject({
    reason: z
      .enum(REMOVAL_REASONS)
      .describe(
        "The kind of words in which sentence and passage differ; `overlap`: they have too little in common; `joined`: the passage says the parts of something else; `no_passage`: the citation names no passage; `judge`: the model in `verify.model` did not confirm it.",
      ),
    file_id: z
      .string()
      .nullable()
      .describe("Id of the file of the cited passage; null for `no_passage`."),
    chunk_id: z
      .string()
      .nullable()
      .describe("Id of the chunk of the cited passage; null for `no_passage`."),
    sentence: z
      .string()
      .nullable()
      .describe(
        "The sentence, at most 200 characters of it, which was sent without the citation; null when it was withheld.",
      ),
  })
  .describe("A citation that was removed.");

const countTokens = (what: string) => z.number().int().describe(`Number of ${what}.`);

/** The schema of the token usage in OpenAI's response object. */
export const UsageBody = z.strictObject({
  input_tokens: countTokens("tokens that the model read"),
  input_tokens_details: z
    .strictObject({
      cached_tokens: countTokens("tokens read from a cache of the model's server"),
      cache_write_tokens: countTokens("tokens written to such a cache"),
    })
    .describe("Parts of `input_tokens`."),
  output_tokens: countTokens("tokens that the model wrote"),
  output_tokens_details: z
    .strictObject({
      reasoning_tokens: countTokens("tokens that the model wrote while it reasoned"),
    })
    .describe("Parts of `output_tokens`."),
  total_tokens: countTokens("tokens read and written"),
  estimated: z
    .literal(true)
    .optional()
    .describe(
      "Present when a model did not count, so that some of the tokens are estimated. An extension by Edgewise.",
    ),
});

/** The schema of `grounding`, an extension by Edgewise: the degree to which sources support the answer. */
export const GroundingBody = z
  .strictObject({
    status: z
      .enum(["grounded", "partial", "ungrounded", "abstained"])
      .describe(
        "`grounded`: every sentence that claims something has a verified citation, and none was removed; `partial`: some have, or the languages differ; `ungrounded`: none has; `abstained`: the sources do not answer the question.",
      ),
    confidence: z
      .number()
      .min(0)
      .max(1)
      .describe("Estimated share of the answer's claims that the sources support, from 0 to 1."),
    citations_verified: z
      .number()
      .int()
      .describe("Number of citations whose quote was found in its file."),
    citations_removed: z
      .number()
      .int()
      .describe("Number of citations that were removed because they could not be verified."),
    removals: z
      .array(RemovalBody)
      .optional()
      .describe(
        `The removed citations, the first ${REMOVALS_LISTED_MAX} of them. Absent in answers of earlier versions.`,
      ),
    sentences_withheld: z
      .number()
      .int()
      .optional()
      .describe("Number of sentences that were not sent. Absent in answers of earlier versions."),
  })
  .describe("Degree to which the sources support the answer. An extension by Edgewise.")
  .register(COMPONENTS, { id: "Grounding" });

/**
 * The schema of `degraded`, an extension by Edgewise: the model or the search that was replaced by a less capable one,
 * and the reason.
 */
export const DegradedBody = z
  .strictObject({
    from: z
      .string()
      .describe(
        "The model that was replaced, or `file_search` when only words were searched or passages are missing.",
      ),
    by: z
      .string()
      .describe(
        "The model that answered in its place, or `word_search` for a search by words, or `partial_search` when a part of a store did not answer.",
      ),
    reason: z.string().describe("Reason of the replacement, as a code."),
  })
  .describe(
    "Present when a part of the answer was made by another model or a simpler means. An extension by Edgewise.",
  );

/**
 * The schema of OpenAI's response object. `grounding` and `degraded` are extensions by Edgewise; times are Unix
 * seconds.
 */
export const ResponseBody = z
  .strictObject({
    id: z.string().describe("Id of the response."),
    object: objectType("response"),
    created_at: CreatedAt,
    completed_at: z
      .number()
      .int()
      .nullable()
      .describe("Time of completion, in Unix seconds; null until then."),
    status: z
      .enum(["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"])
      .describe("Progress of the answer. All but `queued` and `in_progress` are final."),
    background: z.boolean().describe("True when the answer is made without a waiting client."),
    conversation: z
      .strictObject({ id: z.string().describe("Id of the conversation.") })
      .nullable()
      .describe("The conversation that the response belongs to; null without one."),
    error: z
      .strictObject({
        code: z.string().describe("Code of the error."),
        message: z.string().describe("The error in words, and the remedy."),
        reason: z
          .string()
          .optional()
          .describe("Reason for which the model was away, as a code. An extension by Edgewise."),
        retry_after: z
          .number()
          .int()
          .optional()
          .describe(
            "Seconds after which the model's server wants to be asked again. An extension by Edgewise.",
          ),
      })
      .nullable()
      .describe("Error of the response; null unless its status is `failed`."),
    incomplete_details: z
      .strictObject({
        reason: z
          .enum(["max_output_tokens", "content_filter"])
          .optional()
          .describe("The limit that ended the answer."),
      })
      .nullable()
      .describe("Reason why the answer is incomplete; null unless its status is `incomplete`."),
    instructions: z
      .string()
      .nullable()
      .describe("The instructions of the request; null without any."),
    max_output_tokens: z
      .number()
      .int()
      .nullable()
      .describe("The request's limit of tokens; null without one."),
    max_tool_calls: z
      .number()
      .int()
      .nullable()
      .describe("The request's limit of tool calls; null without one."),
    metadata: MetadataBody,
    model: z
      .string()
      .describe(
        "The model that answers; once settled, the one that answered. `store:<id>` if the request named a vector store.",
      ),
    output: z
      .array(OutputItemBody)
      .describe("The items of the answer, in order: searches, messages, function calls."),
    frequency_penalty: z.literal(0).describe("Always 0: models here do not support penalties."),
    parallel_tool_calls: z.boolean().describe("The request's value, or true."),
    presence_penalty: z.literal(0).describe("Always 0: models here do not support penalties."),
    previous_response_id: z
      .string()
      .nullable()
      .describe("Id of the response that this one continues; null without one."),
    prompt_cache_key: z.string().nullable().describe("The request's value; null without one."),
    reasoning: z
      .strictObject({
        effort: z.null().describe("Always null."),
        summary: z.null().describe("Always null."),
      })
      .describe("Settings of reasoning; they have no effect here."),
    safety_identifier: z.string().nullable().describe("The request's value; null without one."),
    service_tier: z
      .enum(SERVICE_TIERS)
      .describe("The tier with which the response was served: that of the request, or `default`."),
    store: z.boolean().describe("False when nothing is kept once the client has the answer."),
    temperature: z.number().describe("The request's value, or 1."),
    text: z
      .strictObject({ format: TextFormat.describe("The format of the text.") })
      .describe("The request's settings of the text."),
    tool_choice: ToolChoice.describe("The request's value, or `auto`."),
    tools: z
      .array(z.union([FileSearchTool, FunctionTool]))
      .describe("The tools of the request, with defaults filled in."),
    top_logprobs: z.number().int().describe("Always 0: models here return no log probabilities."),
    top_p: z.number().describe("The request's value, or 1."),
    truncation: z.enum(["auto", "disabled"]).describe("The request's value, or `disabled`."),
    usage: UsageBody.nullable().describe("Tokens that the answer took; null until it has ended."),
    user: z.string().optional().describe("The request's value; absent without one."),
    grounding: GroundingBody.nullable()
      .optional()
      .describe(
        "Degree to which the sources support the answer; null when nothing was searched. Present when `include` names `edgewise.grounding`.",
      ),
    retrieval: RetrievalBody.nullable()
      .optional()
      .describe(
        "The searches of the answer; null when none was made or kept. Present when `include` names `edgewise.retrieval` and the response has ended.",
      ),
    degraded: DegradedBody.nullable()
      .optional()
      .describe(
        "The part that a simpler means replaced; null when `include` names `edgewise.grounding` and nothing was.",
      ),
    queue_position: z
      .int()
      .nullable()
      .optional()
      .describe(
        "An estimate of the place of a queued response in its lane: 1 for the next that is sent to a consumer, 0 once it was sent, null outside of a lane. Present while the response is queued, when `include` of the request names `edgewise.queue_position`.",
      ),
  })
  .register(COMPONENTS, { id: "ModelResponse" });

/** An example of a response, for the API description. */
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
