import type { RunStatus } from "../../kernel/rules/run/run-view.ts";
import type { SignalRefusal } from "../../kernel/rules/run/signal.ts";
import { notFound, type Refusal } from "../../refusal.ts";

/** What the kernel says to a signal, in the words of the API. */
export function refusalOfSignal(runId: string, { code, message }: SignalRefusal): Refusal {
  return code === "run_not_found" ? notFound("run", runId) : { code, message };
}

export const KEY_REUSED: Refusal = {
  code: "idempotency_key_reused",
  message:
    "This Idempotency-Key was sent with another body before. Send the same body, or another key.",
};

export const DELETED: Refusal = {
  code: "run_deleted",
  message:
    "The run that this Idempotency-Key has started was deleted. Send another key to start another run.",
};

export const settled = (status: RunStatus): Refusal => ({
  code: "run_settled",
  message: `The run is ${status} already.`,
});

export const notPausable = (status: RunStatus): Refusal =>
  status === "undoing"
    ? {
        code: "run_undoing",
        message: "The run is undoing what it did, and that is not paused. Wait for its end.",
      }
    : settled(status);

export const notSettled = (status: RunStatus): Refusal => ({
  code: "run_in_progress",
  message: `The run is ${status}. Wait for its end or cancel it before it is deleted.`,
});

export const notResumable = (status: RunStatus): Refusal => ({
  code: "run_not_resumable",
  message: `The run is ${status}, and no step of it waits to be resumed.`,
});

export const notRetryable = (status: RunStatus): Refusal => ({
  code: "run_not_retryable",
  message:
    status === "completed"
      ? "The run has completed. Name the step to begin from as 'from'."
      : `The run is ${status}: there is nothing to be done over.`,
});

export const unknownStep = (step: string): Refusal => ({
  code: "invalid_request",
  message: `The run has no step '${step}'.`,
  param: "from",
});

export const RESPONSES_OWN: Refusal = {
  code: "invalid_request",
  message:
    "This run is a response's and ends with it. Delete the response, or ask again with POST /v1/responses.",
};
