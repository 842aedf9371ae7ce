import type { RemovalReason } from "../answer/removal-reasons.ts";
import type { ConversationId, FileId, ResponseId } from "../ids.ts";
import type { UnavailableReason } from "../model-unavailable.ts";
import type { OutputItem } from "./item.ts";
import type { ResponseRequest } from "./response-request.ts";
import type { ResponseRetrieval } from "./response-retrieval.ts";
import { chooseTier, type ServiceTier } from "./service-tier.ts";

/** The status of a response, as in OpenAI's API. */
export type ResponseStatus =
  | "queued"
  | "in_progress"
  | "completed"
  | "incomplete"
  | "failed"
  | "cancelled";

/** A response in the shape of OpenAI's API. `grounding`, `degraded` and `queue_position` are extensions by Edgewise. */
export type ResponseObject = {
  readonly id: ResponseId;
  readonly object: "response";
  readonly created_at: number;
  readonly completed_at: number | null;
  readonly status: ResponseStatus;
  readonly background: boolean;
  readonly conversation: { readonly id: ConversationId } | null;
  readonly error: ResponseError | null;
  readonly incomplete_details: {
    readonly reason?: "max_output_tokens" | "content_filter";
  } | null;
  readonly instructions: string | null;
  readonly max_output_tokens: number | null;
  readonly max_tool_calls: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * The requested model and, once the response has ended, the model that answered. If the request names a vector store
   * as its model, that name is kept.
   */
  readonly model: string;
  readonly output: readonly OutputItem[];
  readonly frequency_penalty: 0;
  readonly parallel_tool_calls: boolean;
  readonly presence_penalty: 0;
  readonly previous_response_id: ResponseId | null;
  readonly prompt_cache_key: string | null;
  readonly reasoning: { readonly effort: null; readonly summary: null };
  readonly safety_identifier: string | null;
  readonly service_tier: ServiceTier;
  readonly store: boolean;
  readonly temperature: number;
  readonly text: { readonly format: ResponseRequest["text"]["format"] };
  readonly tool_choice: ResponseRequest["tool_choice"];
  readonly tools: ResponseRequest["tools"];
  readonly top_logprobs: number;
  readonly top_p: number;
  readonly truncation: "auto" | "disabled";
  /** The numbers of tokens that the response used; null until the answer has ended. */
  readonly usage: ResponseUsage | null;
  readonly user?: string;
  readonly grounding?: ResponseGrounding | null;
  /** An extension by Edgewise: the searches of the answer; null if none was kept. Absent until it has ended. */
  readonly retrieval?: ResponseRetrieval | null;
  readonly degraded?: ResponseDegraded | null;
  /** The place in the lane; 0 once the answer was sent to the lane's queue, null if it is not queued in a lane. */
  readonly queue_position?: number | null;
};

/** The error of a failed response. `reason` and `retry_after` are extensions by Edgewise, for a model that was away. */
type ResponseError = {
  readonly code: string;
  readonly message: string;
  readonly reason?: UnavailableReason;
  /** The number of seconds after which the provider asks for a retry. */
  readonly retry_after?: number;
};

/**
 * The value of `degraded` in a response: the model or the search that was replaced (`from`), its substitute (`by`), and
 * a code for the reason.
 */
export type ResponseDegraded = {
  readonly from: string;
  readonly by: string;
  readonly reason: string;
};

/** The numbers of tokens that a response used, in the shape of OpenAI's API. */
export type ResponseUsage = {
  readonly input_tokens: number;
  readonly input_tokens_details: {
    readonly cached_tokens: number;
    readonly cache_write_tokens: number;
  };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
  /**
   * An extension by Edgewise: set if a model call did not report its tokens, so that some of the numbers are estimated.
   */
  readonly estimated?: true;
};

/** The token usage of a response for which no model was called. */
export const NO_USAGE = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
} as const satisfies ResponseUsage;

/**
 * The degree to which the sources support the answer, as a response object shows it to clients. `confidence` is 0 to 1.
 */
export type ResponseGrounding = {
  readonly status: "grounded" | "partial" | "ungrounded" | "abstained";
  readonly confidence: number;
  readonly citations_verified: number;
  readonly citations_removed: number;
  /** Absent in answers that an earlier build has stored, as `sentences_withheld` is. */
  readonly removals?: readonly ResponseRemoval[];
  readonly sentences_withheld?: number;
};

/** A citation that was removed from an answer, as a response object shows it to clients. */
export type ResponseRemoval = {
  readonly reason: RemovalReason;
  readonly file_id: FileId | null;
  readonly chunk_id: string | null;
  readonly sentence: string | null;
};

/** The data of a new response that its request does not contain: ids and the time of creation. */
export type ResponseFrame = {
  readonly id: ResponseId;
  readonly conversationId: ConversationId | null;
  readonly previousResponseId: ResponseId | null;
  /** In seconds since the epoch. */
  readonly createdAt: number;
};

/** Makes the initial response object of a new response, before its answer begins. */
export function newResponse(frame: ResponseFrame, request: ResponseRequest): ResponseObject {
  return {
    id: frame.id,
    object: "response",
    created_at: frame.createdAt,
    completed_at: null,
    status: request.background ? "queued" : "in_progress",
    background: request.background,
    conversation: frame.conversationId && { id: frame.conversationId },
    error: null,
    incomplete_details: null,
    instructions: request.instructions,
    max_output_tokens: request.max_output_tokens,
    max_tool_calls: request.max_tool_calls,
    metadata: request.metadata,
    model: request.model,
    output: [],
    frequency_penalty: 0,
    parallel_tool_calls: request.parallel_tool_calls,
    presence_penalty: 0,
    previous_response_id: frame.previousResponseId,
    prompt_cache_key: request.prompt_cache_key,
    reasoning: { effort: null, summary: null },
    safety_identifier: request.safety_identifier,
    service_tier: chooseTier(request.service_tier),
    store: request.store,
    temperature: request.temperature ?? 1,
    text: { format: describeAll(request.text.format) },
    tool_choice: request.tool_choice,
    tools: request.tools.map(describeAll),
    top_logprobs: 0,
    top_p: request.top_p ?? 1,
    truncation: request.truncation,
    usage: null,
    ...(request.user !== null && { user: request.user }),
  };
}

/** Tests whether a response with this status has ended, so that the status no longer changes. */
export const isSettled = (status: ResponseStatus): boolean =>
  status !== "queued" && status !== "in_progress";

/** Gives functions and JSON formats without a description a null one, which Open Responses requires. */
function describeAll<Described extends { readonly type: string }>(value: Described): Described {
  const isDescribed = value.type === "function" || value.type === "json_schema";
  return isDescribed ? { description: null, ...value } : value;
}
