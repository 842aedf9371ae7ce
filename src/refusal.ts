import { shorten } from "./shorten.ts";

/**
 * An expected failure of a request, as data. `message` tells the client what is wrong and what to do; `param` names the
 * part of the request that is wrong, such as `tools[0].vector_store_ids`. A new `code` is a compile error until
 * http/problem.ts gives it an HTTP status.
 */
export type Refusal = {
  readonly code: RefusalCode;
  readonly message: string;
  readonly param?: string | null;
  /** All errors of the request, if there may be more than one, as in a workflow. */
  readonly errors?: readonly RefusedPart[];
  /** The outage that caused the refusal; absent if the refusal has another reason. */
  readonly outage?: RefusedByOutage;
  /** The number of seconds after which the client may send the request again. */
  readonly retryAfter?: number;
  /** Id of the response that failed, if it is stored. */
  readonly responseId?: string | null;
};

/** A refusal with additional HTTP headers. */
export type RefusalWithHeaders = Refusal & { readonly headers?: Readonly<Record<string, string>> };

/** The outage of a model. */
type RefusedByOutage = {
  /** The reason of the outage, as a code. */
  readonly reason: string;
  /** The number of seconds after which the model's provider asks for a retry; null if it did not say. */
  readonly retryAfter: number | null;
};

/** One of several errors in a request: `path` leads to the invalid part. */
type RefusedPart = {
  readonly path: string;
  readonly code: string;
  readonly message: string;
};

/** The codes of refusals, as they appear in error responses. */
export type RefusalCode =
  | "invalid_json"
  | "invalid_request"
  | "unknown_parameter"
  | "unsupported_parameter"
  | "missing_api_key"
  | "invalid_api_key"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "vector_store_expired"
  | "conversation_busy"
  | "turn_replaced"
  | "response_not_cancellable"
  | "response_in_progress"
  | "previous_response_not_found"
  | "upgrade_required"
  | "origin_not_allowed"
  | "websocket_connection_limit_reached"
  | "websocket_queue_full"
  | "too_many_files"
  | "payload_too_large"
  | "range_not_satisfiable"
  | "request_timeout"
  | "unsupported_media_type"
  | "model_not_found"
  | "model_cannot"
  | "model_unavailable"
  | "model_out_of_service"
  | "invalid_function_parameters"
  | "jurisdiction_unavailable"
  | "not_configured"
  | "invalid_workflow"
  | "workflow_not_found"
  | "idempotency_key_reused"
  | "idempotency_key_spent"
  | "idempotency_key_late"
  | "run_deleted"
  | "run_in_progress"
  | "run_settled"
  | "run_undoing"
  | "run_not_resumable"
  | "run_not_retryable"
  | "signal_unknown"
  | "signal_not_awaited"
  | "signal_incomplete"
  | "signal_stale"
  | "signal_reused"
  | "signals_full"
  | "not_redrivable"
  | "backlog_full"
  | "service_unavailable"
  | "storage_full"
  | "internal_error";

/**
 * Makes the refusal `not_found`. Resources that do not exist and those of other projects get the same message. `kind`
 * is the type of the resource, such as "file".
 */
export const notFound = (kind: string, id: string, param: string | null = null): Refusal => ({
  code: "not_found",
  message: `No ${kind} found with id '${shorten(id)}'.`,
  param,
});

/**
 * Makes the refusal of a list request whose cursor is not the id of any entry. A cursor from another project gets the
 * same message. `kind` is the type of the entries, such as "run".
 */
export const unknownCursor = (param: "after" | "before", id: string, kind: string): Refusal => ({
  code: "invalid_request",
  message: `Invalid '${param}': no ${kind} has the id '${shorten(id)}'. Send an id from the list, or leave it out to begin at its start.`,
  param,
});
