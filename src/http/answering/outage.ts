import type { ResponseObject } from "../../conversation/response-object.ts";
import { isPassing } from "../../model-unavailable.ts";
import type { Refusal } from "../../refusal.ts";
import type { Created } from "../../request-key.ts";

/**
 * Returns the refusal for a response that failed because its model was unavailable, or could not take the request,
 * before it had any output for the client. Null for any other response.
 */
export function readOutage(response: ResponseObject): Refusal | null {
  const isAnswered = response.output.some(
    ({ type }) => type === "message" || type === "function_call",
  );
  return isAnswered ? null : outageOf(response);
}

/** Tells the client of a replayed outage that the same key has the same result, so that it does not repeat the request. */
export const asReplayed = (outage: Refusal, { isReplayed }: Pick<Created<unknown>, "isReplayed">) =>
  isReplayed ? { ...outage, headers: { "x-should-retry": "false" } } : outage;

/**
 * Returns the refusal for a response that failed because its model was away or could not take the request; null for any
 * other response.
 */
export function outageOf({ id, status, error, store }: ResponseObject): Refusal | null {
  if (status !== "failed" || error === null) return null;
  const { message, reason, retry_after: retryAfter = null } = error;
  const responseId = store ? id : null;
  if (error.code === "invalid_prompt") return { code: "invalid_request", message, responseId };
  if (reason === undefined) return null;
  const code = isPassing(reason) ? "model_unavailable" : "model_out_of_service";
  return { code, message, outage: { reason, retryAfter }, responseId };
}
