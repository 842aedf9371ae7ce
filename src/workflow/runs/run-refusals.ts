import type { RunStatus } from "../../kernel/rules/run/run-view.ts";
import type { SignalRefusal } from "../../kernel/rules/run/signal.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { shorten } from "../../shorten.ts";

/** Converts the kernel's refusal of a signal to a refusal of the API. */
export function toSignalRefusal(runId: string, { code, message }: SignalRefusal): Refusal {
  return code === "run_not_found" ? notFound("run", runId) : { code, message };
}

/** The refusal to start a run under the idempotency key of a run that was deleted. */
export const DELETED: Refusal = {
  code: "run_deleted",
  message:
    "The run that was started with this Idempotency-Key was deleted. Send another key to start another run.",
};

/** Makes the refusal of an action on a run that has ended with this status. */
export const settled = (status: RunStatus): Refusal => ({
  code: "run_settled",
  message: `The run is already ${status}.`,
});

/** Makes the refusal to pause a run with this status. */
export const notPausable = (status: RunStatus): Refusal =>
  status === "undoing"
    ? {
        code: "run_undoing",
        message: "The run is undoing its work, which cannot be paused. Wait until it ends.",
      }
    : settled(status);

/** Makes the refusal to delete or retry a run that has not ended. */
export const notSettled = (status: RunStatus): Refusal => ({
  code: "run_in_progress",
  message: `The run is ${status}. Wait until it ends, or cancel it first.`,
});

/** Makes the refusal to resume a run with this status, because nothing in it is paused or held. */
export const notResumable = (status: RunStatus): Refusal => ({
  code: "run_not_resumable",
  message: `The run is ${status}, and none of its steps is waiting to be resumed.`,
});

/** Makes the refusal to retry a run with this status, because it has no step that a retry would repeat. */
export const notRetryable = (status: RunStatus): Refusal => ({
  code: "run_not_retryable",
  message:
    status === "completed"
      ? "The run has completed. Name the step to begin from as 'from'."
      : `The run is ${status}: there is nothing to retry.`,
});

/** Makes the refusal of a retry from a step that the run does not have. */
export const unknownStep = (step: string): Refusal => ({
  code: "invalid_request",
  message: `The run has no step '${shorten(step)}'. Get the run to list its steps.`,
  param: "from",
});

/** The refusal to retry or delete a run that answers a response; the client creates or deletes the response instead. */
export const RESPONSES_OWN: Refusal = {
  code: "invalid_request",
  message:
    "This run belongs to a response and ends with it. Delete the response, or ask again with POST /v1/responses.",
};
