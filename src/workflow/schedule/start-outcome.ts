import type { RetryPolicy } from "../../kernel/rules/definition.ts";
import { backoffMs } from "../../kernel/rules/step/backoff.ts";
import type { RefusalCode } from "../../refusal.ts";

/** How an attempt to start a run went. */
export type StartOutcome =
  | { readonly kind: "started" }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };

export type StartAttempt = {
  readonly attempt: number;
  /** Since when it is tried, in milliseconds. */
  readonly since: number;
};

export type StartDecision =
  | { readonly kind: "open" }
  | { readonly kind: "again"; readonly due: number; readonly message: string }
  | { readonly kind: "given_up"; readonly message: string; readonly code: RefusalCode | null };

/** Without a bound on attempts: an outage that lasts for hours loses no tick. */
const RETRY: RetryPolicy = { attemptsMax: Infinity, baseMs: 1_000, capMs: 300_000 };
/** Jitter may come to nothing; a start that fails at once must not become a hot loop. */
const PAUSE_MS_MIN = 500;
/** A run that could not be started for a day is given up, so that the schedule's later ones are not held up. */
export const START_TOTAL_MS = 24 * 60 * 60_000;

/** What becomes of a start after an attempt: its run is open, it is tried again, or it is given up for good. */
export function decideStart(
  { attempt, since }: StartAttempt,
  outcome: StartOutcome,
  now: number,
  random: () => number,
): StartDecision {
  if (outcome.kind === "started") return { kind: "open" };
  const { message } = outcome;
  if (outcome.kind === "refused" && !isPassing(outcome.code)) {
    return { kind: "given_up", message, code: outcome.code };
  }
  const due = now + Math.max(PAUSE_MS_MIN, backoffMs(RETRY, attempt, random));
  if (due - since >= START_TOTAL_MS) return { kind: "given_up", message, code: null };
  return { kind: "again", due, message };
}

/** Refusals that say nothing about the run that was to be started. */
const isPassing = (code: RefusalCode) =>
  code === "service_unavailable" || code === "internal_error";
