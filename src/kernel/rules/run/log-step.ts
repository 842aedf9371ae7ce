import type { StepDefinition } from "../definition.ts";
import { isQueuedLease } from "../step/lease.ts";
import { type StepEvent, type StepState, selectWork } from "../step/step-state.ts";
import type { EventDetail, RunEventType } from "./event.ts";

type Logged = { readonly type: RunEventType; readonly detail: EventDetail | null };

/** Makes the type and the details of the event that is logged when a step has ended in `state`. */
export function describeEnd(state: StepState): Logged {
  switch (state.phase) {
    case "completed":
      return { type: "step.completed", detail: null };
    case "failed":
      return { type: "step.failed", detail: { message: state.message, attempt: state.attempt } };
    case "skipped":
      return { type: "step.skipped", detail: { reason: state.reason } };
    case "cancelled":
    case "pending":
    case "ready":
    case "claimed":
    case "waiting":
    case "held":
      return { type: "step.failed", detail: { message: "cancelled" } };
  }
}

/**
 * Makes the type and the details of the event that is logged when a step changes its state without ending, such as a
 * retry. Returns null for changes that are not logged, such as claims.
 */
export function describeMove(
  from: StepState,
  to: StepState,
  event: StepEvent,
  definition: StepDefinition,
): Logged | null {
  if (to.phase === "held" && to.because !== "paused") {
    const { message, because: reason, due: until } = to;
    return { type: "step.held", detail: { message: message ?? "", reason, until } };
  }
  if (to.phase !== "ready") return null;
  const { message: text, attempt } = to;
  const message = text ?? "";
  if ("choice" in from && to.choice > from.choice) {
    const { use } = selectWork(definition, to.choice);
    return { type: "step.fell_back", detail: { message, use } };
  }
  if (from.phase !== "claimed") return null;
  switch (event.type) {
    case "expired":
      // A step that no worker has taken still waits, and is sent again.
      if (isQueuedLease(from.lease)) return null;
      return { type: "step.lost", detail: { message, attempt } };
    case "released":
      return { type: "step.released", detail: { message } };
    case "retried":
      return { type: "step.retried", detail: { message, attempt } };
    case "claimed":
    case "renewed":
    case "taken":
    case "waited":
    case "completed":
    case "failed":
    case "orphaned":
    case "postponed":
    case "held":
    case "resumed":
    case "cancelled":
      return null;
  }
}
