import type { ContentfulStatusCode } from "hono/utils/http-status";

import type { Refusal, RefusalCode } from "../refusal.ts";
import type { AppContext } from "./app-env.ts";

type Row = {
  status: ContentfulStatusCode;
  type: string;
  title: string;
  /** OpenAI's clients repeat a 409 by themselves, which cannot help where waiting changes nothing. */
  isFinal?: true;
};

/** Where refusals meet HTTP. `type` is the word that OpenAI's clients know the error by. */
export const PROBLEMS: Record<RefusalCode, Row> = {
  invalid_json: request(400, "The body is not valid JSON"),
  invalid_request: request(400, "The request is not valid"),
  unknown_parameter: request(400, "The request has a parameter that does not exist"),
  unsupported_parameter: request(400, "The request has a parameter that is not supported"),
  missing_api_key: { status: 401, type: "authentication_error", title: "An API key is needed" },
  invalid_api_key: { status: 401, type: "authentication_error", title: "The API key is not valid" },
  not_found: { status: 404, type: "not_found_error", title: "There is nothing here" },
  method_not_allowed: request(405, "The path does not take this method"),
  conflict: { status: 409, type: "conflict_error", title: "The request conflicts with another" },
  vector_store_expired: request(400, "The vector store has expired"),
  conversation_busy: {
    status: 409,
    type: "conflict_error",
    title: "The conversation's previous response is still in progress",
  },
  response_not_cancellable: request(400, "The response cannot be cancelled"),
  response_in_progress: request(400, "The response is still in progress"),
  too_many_files: request(400, "The request names too many files"),
  payload_too_large: request(413, "The request is too large"),
  unsupported_media_type: request(415, "The content type is not supported"),
  model_not_found: { status: 404, type: "invalid_request_error", title: "There is no such model" },
  model_cannot: request(400, "The model cannot do what is asked"),
  not_configured: {
    status: 501,
    type: "server_error",
    title: "The deployment is not set up for this",
  },
  invalid_workflow: request(400, "The workflow is not valid"),
  workflow_not_found: request(400, "A workflow that is to be started does not exist"),
  idempotency_key_reused: request(422, "The idempotency key was used for another request"),
  run_deleted: final("The run was deleted"),
  run_in_progress: { status: 409, type: "conflict_error", title: "The run has not ended" },
  run_settled: final("The run has ended"),
  run_undoing: final("The run is taking back what it did"),
  run_not_resumable: final("The run does not wait to be resumed"),
  run_not_retryable: final("The run has nothing to be done over"),
  signal_unknown: { status: 404, type: "not_found_error", title: "No step takes such a signal" },
  signal_not_awaited: final("No step waits for the signal"),
  signal_incomplete: request(400, "The signal leaves out something"),
  signal_stale: final("The decision was made on what is past"),
  signal_reused: request(422, "The signal's id was used for another signal"),
  signals_full: final("The run keeps as many signals as it can"),
  service_unavailable: {
    status: 503,
    type: "server_error",
    title: "The service is overloaded or restarting",
  },
  internal_error: { status: 500, type: "server_error", title: "Something went wrong on our side" },
};

function request(status: ContentfulStatusCode, title: string): Row {
  return { status, type: "invalid_request_error", title };
}

function final(title: string): Row {
  return { status: 409, type: "conflict_error", title, isFinal: true };
}

/**
 * Renders the one error body that serves both dialects: RFC 9457 members and OpenAI's `error`.
 * Nothing else in the service writes an error response.
 */
export function problem(
  c: AppContext,
  refusal: Refusal,
  headers?: Record<string, string>,
): Response {
  const { status, type, title, isFinal } = PROBLEMS[refusal.code];
  const body = {
    type: `urn:edgewise:problem:${refusal.code}`,
    title,
    status,
    detail: refusal.message,
    instance: c.get("requestId"),
    error: {
      message: refusal.message,
      type,
      param: refusal.param ?? null,
      code: refusal.code,
    },
    ...(refusal.errors && { errors: refusal.errors }),
  };
  if (isFinal) c.header("x-should-retry", "false");
  if (status === 503) c.header("retry-after", "1");
  return c.body(JSON.stringify(body), status, {
    "content-type": "application/problem+json",
    ...headers,
  });
}

/** The word of OpenAI's clients for a refusal, where it travels without a status: inside a stream. */
export function problemType(code: RefusalCode): string {
  return PROBLEMS[code].type;
}
