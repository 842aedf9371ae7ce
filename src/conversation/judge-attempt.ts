import { RETRY_BACKGROUND, RETRY_INTERACTIVE } from "../kernel/rules/definition.ts";
import type { StepOutcome } from "../kernel/rules/step-handler.ts";
import { isAway, isPassing } from "../model-unavailable.ts";
import type { AnswerOutcome } from "./answer-fact.ts";

/**
 * The end of a consumer's attempt at an answer: an outcome of `generate`, or an exception. `isBug`: the service itself
 * failed, and not one of the services that it calls.
 */
export type AttemptEnd =
  | { readonly kind: "answered"; readonly outcome: AnswerOutcome }
  | { readonly kind: "overdue"; readonly message: string }
  | { readonly kind: "thrown"; readonly message: string; readonly isBug: boolean };

/** Attempts at an answer that each time takes too long or meets a bug: more would fail in the same way. */
const OWN_FAULT_ATTEMPTS_MAX = RETRY_INTERACTIVE.attemptsMax;
/** Attempts at an answer at which a service has failed, perhaps because of this answer. */
const FAILED_CALL_ATTEMPTS_MAX = RETRY_BACKGROUND.attemptsMax;

/**
 * Decides how the step ends whose attempt (number `attempt`, from 1) has ended. While the model's provider is away for
 * everybody, the attempt does not count, and the step is tried again until its time is over. Any other failure that may
 * pass is tried again a number of times which depends on its kind. Then the answer fails, with the reason.
 */
export function judgeAttempt(end: AttemptEnd, attempt: number): StepOutcome {
  if (end.kind === "answered") return judgeAnswer(end.outcome, attempt);
  const isOwnFault = end.kind === "overdue" || end.isBug;
  const attemptsMax = isOwnFault ? OWN_FAULT_ATTEMPTS_MAX : FAILED_CALL_ATTEMPTS_MAX;
  return { kind: attempt < attemptsMax ? "retry" : "failed", message: end.message };
}

function judgeAnswer(outcome: AnswerOutcome, attempt: number): StepOutcome {
  const away = outcome.type === "failed" ? outcome.away : undefined;
  if (outcome.type !== "failed" || away === undefined || !isPassing(away.reason)) {
    return { kind: "completed", output: outcome };
  }
  const { message } = outcome;
  const afterMs = (away.retryAfter ?? 0) * 1_000;
  if (isAway(away.reason)) return { kind: "released", message, afterMs };
  if (attempt < FAILED_CALL_ATTEMPTS_MAX) return { kind: "retry", message, afterMs };
  return { kind: "completed", output: outcome };
}

/** Tests whether an attempt has found the model's provider away or failing. */
export function foundProviderAway(end: AttemptEnd): boolean {
  if (end.kind !== "answered" || end.outcome.type !== "failed") return false;
  const { away } = end.outcome;
  return away !== undefined && isPassing(away.reason);
}
