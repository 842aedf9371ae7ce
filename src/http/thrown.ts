import { ModelUnavailable } from "../model-unavailable.ts";
import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import type { Refusal } from "../refusal.ts";

/**
 * Returns the refusal to send when the handling of a request has thrown `error`. Logs the error under the event name
 * `event`, except for `ModelUnavailable`, which `failAttempt` has already logged.
 */
export function describeThrown(error: unknown, requestId: string, event: string): Refusal {
  // `failAttempt` has logged the provider's own reason.
  if (error instanceof ModelUnavailable) return describeUnavailable(error);
  const failure = classifyFailure(error);
  logger.with({ requestId }).failed(event, error);
  if (failure === "full") {
    return {
      code: "storage_full",
      message:
        "The service has no room left, and nothing of this request is stored. Delete files, or ask the operator for room.",
    };
  }
  if (failure !== "bug") {
    return {
      code: "service_unavailable",
      message:
        "A part of the service is overloaded or restarting. Nothing is lost. Send the request again.",
    };
  }
  return {
    code: "internal_error",
    message: `The service failed. The log has the error under the request id ${requestId}.`,
  };
}

function describeUnavailable({ reason, message }: ModelUnavailable): Refusal {
  const code = reason === "request_refused" ? "model_cannot" : "service_unavailable";
  return { code, message };
}
