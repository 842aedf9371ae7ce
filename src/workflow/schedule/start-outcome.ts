import type { RetryPolicy } from "../../kernel/rules/definition.ts";
import { backoffMs } from "../../kernel/rules/step/backoff.ts";
import type { RefusalCode } from "../../refusal.ts";

/** The outcome of an attempt of a schedule to start a run. */
export type StartOutcome =
  | { readonly kind: "started" }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  /** The process ended too often in an attempt. */
  | { readonly kind: "struck_out"; readonly message: string };

/** The number of an attempt of a schedule to start a run, from 1, and the time of the first attempt. */
export type StartAttempt = {
  readonly attempt: number;
  /** Time of the first attempt, in milliseconds since the epoch. */
  readonly since: number;
};

/** A start is given up after this many attempts in a row in which the process ended. */
const STRIKES_MAX = 5;

/**
 * Tests whether a start must not be attempted again, because the process died in too many attempts. `strikes` is the
 * number of such attempts in a row.
 */
export const hasStruckOut = ({ strikes }: { readonly strikes: number }): boolean =>
  strikes >= STRIKES_MAX;

/** Makes the outcome of a start that is not attempted again, because the process has died in `strikes` attempts. */
export const struckOut = ({ strikes }: { readonly strikes: number }): StartOutcome => ({
  kind: "struck_out",
  message: `The service stopped ${strikes} times while it started this run`,
});

/**
 * The decision after an attempt of a schedule to start a run: the run has started and is open, the start is attempted
 * again at `due` (milliseconds since the epoch), or it is given up.
 */
export type StartDecision =
  | { readonly kind: "open" }
  | { readonly kind: "again"; readonly due: number; readonly message: string }
  | { readonly kind: "given_up"; readonly message: string; readonly code: RefusalCode | null };

/** No limit on attempts, so an outage of hours loses no tick. */
const RETRY: RetryPolicy = { attemptsMax: Infinity, baseMs: 1_000, capMs: 300_000 };
/** Jitter may be zero, and a start that fails at once must not become a busy loop. */
const PAUSE_MS_MIN = 500;
/**
 * Time from the first attempt after which the start of a run is given up, so that it does not block later runs: a day,
 * in milliseconds.
 */
export const START_TOTAL_MS = 24 * 60 * 60_000;

/**
 * Decides how a schedule goes on after an attempt to start a run (see `StartDecision`). `now` is in milliseconds since
 * the epoch; `random` returns a number in [0, 1).
 */
export function decideStart(
  { attempt, since }: StartAttempt,
  outcome: StartOutcome,
  now: number,
  random: () => number,
): StartDecision {
  if (outcome.kind === "started") return { kind: "open" };
  const { message } = outcome;
  if (outcome.kind === "struck_out") return { kind: "given_up", message, code: null };
  if (outcome.kind === "refused" && !isPassing(outcome.code)) {
    return { kind: "given_up", message, code: outcome.code };
  }
  const due = now + Math.max(PAUSE_MS_MIN, backoffMs(RETRY, attempt, random));
  if (due - since >= START_TOTAL_MS) return { kind: "given_up", message, code: null };
  return { kind: "again", due, message };
}

/** Returns true for refusals that do not concern the run itself, and may pass. */
const isPassing = (code: RefusalCode) =>
  code === "service_unavailable" || code === "internal_error";
