import type { ContentfulStatusCode } from "hono/utils/http-status";

import type { Refusal, RefusalCode } from "../refusal.ts";
import { shorten } from "../shorten.ts";
import type { AppContext } from "./app-env.ts";

type Row = {
  status: ContentfulStatusCode;
  type: string;
  title: string;
  /** OpenAI's clients repeat a 409 and a 5xx on their own, which does not help when waiting changes nothing. */
  isFinal?: true;
  /** The same request succeeds when it is sent again. */
  mayRepeat?: true;
};

/**
 * For every refusal code: the HTTP status, the title in the error response, and the error type that OpenAI's clients
 * read.
 */
export const PROBLEMS: Record<RefusalCode, Row> = {
  invalid_json: request(400, "The body is not valid JSON"),
  invalid_request: request(400, "The request is not valid"),
  unknown_parameter: request(400, "The request has a parameter that does not exist"),
  unsupported_parameter: request(400, "The request has a parameter that is not supported"),
  missing_api_key: {
    status: 401,
    type: "authentication_error",
    title: "The request has no API key",
  },
  invalid_api_key: { status: 401, type: "authentication_error", title: "The API key is not valid" },
  not_found: { status: 404, type: "not_found_error", title: "The object or path does not exist" },
  method_not_allowed: request(405, "The path does not support this method"),
  conflict: { status: 409, type: "conflict_error", title: "The request conflicts with another" },
  vector_store_expired: request(400, "The vector store has expired"),
  conversation_busy: {
    status: 409,
    type: "conflict_error",
    title: "Another response of the conversation is in progress",
  },
  turn_replaced: final("A later request of the conversation has replaced the request"),
  response_not_cancellable: request(400, "The response cannot be cancelled"),
  response_in_progress: request(400, "The response is still in progress"),
  previous_response_not_found: request(400, "The socket does not know the previous response"),
  upgrade_required: request(426, "The path is opened as a WebSocket"),
  origin_not_allowed: {
    status: 403,
    type: "permission_error",
    title: "Pages of this origin may not send the request",
  },
  websocket_connection_limit_reached: request(400, "The socket has reached its limit"),
  websocket_queue_full: {
    status: 429,
    type: "rate_limit_error",
    title: "Too many messages wait on the socket",
  },
  too_many_files: request(400, "The request names too many files"),
  payload_too_large: request(413, "The request is too large"),
  range_not_satisfiable: request(416, "The file does not have this range"),
  request_timeout: request(408, "The body did not arrive in time"),
  unsupported_media_type: request(415, "The content type is not supported"),
  model_not_found: {
    status: 404,
    type: "invalid_request_error",
    title: "The model does not exist",
  },
  model_cannot: request(400, "The model does not support the request"),
  model_unavailable: {
    status: 503,
    type: "server_error",
    title: "The model cannot answer now",
  },
  model_out_of_service: {
    status: 502,
    type: "server_error",
    title: "The model cannot answer until the operator has acted",
    isFinal: true,
  },
  invalid_function_parameters: request(400, "The schema of a strict function is not valid"),
  jurisdiction_unavailable: request(400, "The deployment is not inside this jurisdiction"),
  not_configured: {
    status: 501,
    type: "server_error",
    title: "The deployment is not configured for this request",
  },
  invalid_workflow: request(400, "The workflow is not valid"),
  workflow_not_found: request(400, "The workflow does not exist"),
  idempotency_key_reused: request(422, "The idempotency key was used for another request"),
  idempotency_key_spent: final("What was created with the idempotency key was deleted"),
  idempotency_key_late: {
    status: 409,
    type: "conflict_error",
    title: "The day changed before the request arrived",
    mayRepeat: true,
  },
  run_deleted: final("The run was deleted"),
  run_in_progress: { status: 409, type: "conflict_error", title: "The run is still in progress" },
  run_settled: final("The run has already ended"),
  run_undoing: final("The run is undoing its work"),
  run_not_resumable: final("The run is not waiting to be resumed"),
  run_not_retryable: final("There is nothing to retry in this run"),
  signal_unknown: { status: 404, type: "not_found_error", title: "No step accepts this signal" },
  signal_not_awaited: final("No step is waiting for this signal"),
  signal_incomplete: request(400, "The signal is missing a required member"),
  signal_stale: final("The decision refers to an outdated event"),
  signal_reused: request(422, "The signal's id was used for another signal"),
  signals_full: final("The run has reached its limit of stored signals"),
  not_redrivable: final("The dead letter cannot be redriven"),
  backlog_full: {
    status: 503,
    type: "server_error",
    title: "Too much work waits in the background",
  },
  service_unavailable: {
    status: 503,
    type: "server_error",
    title: "The service is overloaded or restarting",
  },
  storage_full: {
    status: 507,
    type: "server_error",
    title: "The service has no room left",
    isFinal: true,
  },
  internal_error: { status: 500, type: "server_error", title: "The service failed" },
};

function request(status: ContentfulStatusCode, title: string): Row {
  return { status, type: "invalid_request_error", title };
}

function final(title: string): Row {
  return { status: 409, type: "conflict_error", title, isFinal: true };
}

/**
 * Makes the HTTP response of a refusal. Its body serves both formats: the fields of RFC 9457, and OpenAI's `error`. All
 * error responses are made here.
 */
export function problem(
  c: AppContext,
  refusal: Refusal,
  headers?: Record<string, string>,
): Response {
  const { status, title, isFinal, mayRepeat } = PROBLEMS[refusal.code];
  const error = toOpenAiError(refusal);
  const body = {
    type: `urn:edgewise:problem:${refusal.code}`,
    title,
    status,
    detail: error.message,
    instance: c.get("requestId"),
    ...(refusal.responseId && { id: refusal.responseId }),
    error,
    ...(refusal.errors && { errors: refusal.errors }),
  };
  if (isFinal) c.header("x-should-retry", "false");
  if (mayRepeat) c.header("x-should-retry", "true");
  const { retryAfter = refusal.outage?.retryAfter } = refusal;
  if (status === 503) c.header("retry-after", String(retryAfter ?? 1));
  else if (refusal.retryAfter !== undefined) c.header("retry-after", String(refusal.retryAfter));
  return c.body(JSON.stringify(body), status, {
    "content-type": "application/problem+json",
    ...headers,
  });
}

/** Converts a refusal to the value of `error` in a response body, which OpenAI's clients read. */
export const toOpenAiError = ({ code, message, param, outage }: Refusal) => ({
  message: shorten(message, MESSAGE_CHARACTERS_MAX),
  type: PROBLEMS[code].type,
  param: param ? shorten(param) : null,
  code,
  ...(outage && { reason: outage.reason }),
});

/**
 * Maximum characters of a message. It is the last bound, far above our own words: what a message quotes is shortened
 * where it is quoted.
 */
const MESSAGE_CHARACTERS_MAX = 1_000;

/**
 * Returns the error type that OpenAI's clients read for a refusal. Used inside event streams, where an error has no
 * HTTP status.
 */
export function problemType(code: RefusalCode): string {
  return PROBLEMS[code].type;
}
