import type { ResponseObject } from "../../conversation/response-object.ts";
import { isPassing } from "../../model-unavailable.ts";
import type { Refusal } from "../../refusal.ts";

/**
 * Returns the refusal for a response that failed because its model was unavailable, before it had any output for the
 * client. Null for any other response.
 */
export function readOutage(response: ResponseObject): Refusal | null {
  const isAnswered = response.output.some(
    ({ type }) => type === "message" || type === "function_call",
  );
  return isAnswered ? null : outageOf(response);
}

/**
 * Returns the refusal for a response that failed because its model was unavailable, even if it has some output. Null
 * for any other response.
 */
export function outageOf({ id, status, error, store }: ResponseObject): Refusal | null {
  if (status !== "failed" || error?.reason === undefined) return null;
  const { message, reason, retry_after: retryAfter = null } = error;
  const code = isPassing(reason) ? "model_unavailable" : "model_out_of_service";
  return { code, message, outage: { reason, retryAfter, responseId: store ? id : null } };
}
