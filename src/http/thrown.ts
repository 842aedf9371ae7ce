import { ModelUnavailable } from "../model-unavailable.ts";
import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import type { Refusal } from "../refusal.ts";
import { UnknownAnalyzer } from "../retrieval/analysis/analyzer.ts";

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
  if (lacksMigrations(error)) return UNMIGRATED;
  if (error instanceof UnknownAnalyzer)
    return { code: "service_unavailable", message: error.message };
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

/** Returns true for D1's error about a table or a column that a migration adds. */
const lacksMigrations = (error: unknown) =>
  error instanceof Error && /^D1_ERROR: .*\bno (?:such|column named)\b/.test(error.message);

const UNMIGRATED: Refusal = {
  code: "not_configured",
  message:
    "The databases of this deployment are not migrated to this build. 'npm run deploy' and 'npm run dev' migrate them; for 'wrangler dev' alone, run 'npx wrangler d1 migrations apply CATALOG --local', and the same for each CORPUS_n.",
};

function describeUnavailable({ reason, message }: ModelUnavailable): Refusal {
  const code = reason === "request_refused" ? "model_cannot" : "service_unavailable";
  return { code, message };
}
