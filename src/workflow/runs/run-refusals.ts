import type { RunStatus } from "../../kernel/rules/run/run-view.ts";
import type { SignalRefusal } from "../../kernel/rules/run/signal.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { shorten } from "../../shorten.ts";

/** Converts the kernel's refusal of a signal to a refusal of the API. */
export function toSignalRefusal(runId: string, { code, message }: SignalRefusal): Refusal {
  return code === "run_not_found" ? notFound("run", runId) : { code, message };
}

/** Refusal of an idempotency key that was used for another request. */
export const KEY_REUSED: Refusal = {
  code: "idempotency_key_reused",
  message:
    "This Idempotency-Key was already used with a different body. Send the same body, or use another key.",
};

/** Refusal to repeat the start of a run that was deleted. */
export const DELETED: Refusal = {
  code: "run_deleted",
  message:
    "The run that was started with this Idempotency-Key was deleted. Send another key to start another run.",
};

/** Refusal of an action on a run that has ended. */
export const settled = (status: RunStatus): Refusal => ({
  code: "run_settled",
  message: `The run is already ${status}.`,
});

/** Refusal to pause a run. */
export const notPausable = (status: RunStatus): Refusal =>
  status === "undoing"
    ? {
        code: "run_undoing",
        message: "The run is undoing its work, which cannot be paused. Wait until it ends.",
      }
    : settled(status);

/** Refusal to delete or retry a run that is in progress. */
export const notSettled = (status: RunStatus): Refusal => ({
  code: "run_in_progress",
  message: `The run is ${status}. Wait until it ends, or cancel it first.`,
});

/** Refusal to resume a run that is not waiting to be resumed. */
export const notResumable = (status: RunStatus): Refusal => ({
  code: "run_not_resumable",
  message: `The run is ${status}, and none of its steps is waiting to be resumed.`,
});

/** Refusal to retry a run in which nothing failed. */
export const notRetryable = (status: RunStatus): Refusal => ({
  code: "run_not_retryable",
  message:
    status === "completed"
      ? "The run has completed. Name the step to begin from as 'from'."
      : `The run is ${status}: there is nothing to retry.`,
});

/** Refusal of a step name that the run does not have. */
export const unknownStep = (step: string): Refusal => ({
  code: "invalid_request",
  message: `The run has no step '${shorten(step)}'. Get the run to list its steps.`,
  param: "from",
});

/** Refusal to retry or delete a run that belongs to a response. */
export const RESPONSES_OWN: Refusal = {
  code: "invalid_request",
  message:
    "This run belongs to a response and ends with it. Delete the response, or ask again with POST /v1/responses.",
};
