/**
 * A workflow as data: a graph of steps. A run keeps the definition it was started with, so code and
 * definitions may change while it is open.
 */
export type Definition = {
  readonly name: string;
  readonly steps: Readonly<Record<string, StepDefinition>>;
  /** The run's output when it completes; without it, the outputs of the steps that nothing needs, by step. */
  readonly output?: Template;
};

export type StepDefinition = Work & {
  /** Steps that must have ended before this one is decided; steps without a common need run in parallel. */
  readonly needs?: readonly string[];
  /** How the needed steps must have ended; `all_success` without it. */
  readonly trigger?: TriggerRule;
  /** A condition; when it is false the step is skipped. */
  readonly when?: Expression;
  /** Does the work once for each item of a list. */
  readonly map?: MapOver;
  /** Other ways to do the work, tried in turn when it failed for good. */
  readonly fallback?: readonly Work[];
  /** Undoes the work when the run fails or is cancelled. */
  readonly undo?: Work;
  /** Which steps are claimed first; `default` without it. */
  readonly lane?: Lane;
  /** The step's end when work and fallbacks have failed for good; `fail` without it. */
  readonly onExhausted?: "fail" | "pause" | "human";
};

/** A handler with its parameters, retries and timeouts. */
export type Work = {
  /** The handler, `name@major`. */
  readonly use: string;
  /** The handler's parameters, filled in from the run's input and the outputs of steps before it. */
  readonly with?: Template;
  readonly retry?: RetryPolicy;
  readonly timeout?: Timeouts;
};

/** A condition or a value in the language of the `Expressions` that the kernel is given. */
export type Expression = string;
/** JSON, in which strings may hold expressions. */
export type Template = unknown;

/**
 * `all_success`: every need completed. `none_failed`: every need ended and none failed (skipped is fine).
 * `all_done`: every need ended. `one_failed`: a need failed; the others are not waited for.
 */
export type TriggerRule = "all_success" | "none_failed" | "all_done" | "one_failed";

export type Lane = "interactive" | "default" | "batch";

export type MapOver = {
  readonly over: Expression;
  /** Items that are worked on at a time. */
  readonly concurrency: number;
};

/** Full jitter: before attempt n + 1 a step waits a random time in 0 … min(cap, base · 2^(n−1)). */
export type RetryPolicy = {
  readonly attemptsMax: number;
  readonly baseMs: number;
  readonly capMs: number;
};

export type Timeouts = {
  /** Bound on one attempt. */
  readonly attemptMs?: number;
  /** Bound on waiting for the first attempt, from when the step became ready. */
  readonly queueMs?: number;
  /** Bound on the whole step with all its attempts, from the first one; for a wait, on the wait. */
  readonly totalMs?: number;
};

export const RETRY_INTERACTIVE: RetryPolicy = { attemptsMax: 3, baseMs: 200, capMs: 5_000 };
export const RETRY_BACKGROUND: RetryPolicy = {
  attemptsMax: 8,
  baseMs: 1_000,
  capMs: 300_000,
};
/** Bound on one attempt when its definition has none. */
export const ATTEMPT_TIMEOUT_MS = 15 * 60_000;
/** Bound on a whole step when its definition has none. */
export const TOTAL_TIMEOUT_MS = 24 * 60 * 60_000;

/** Handlers that the kernel implements itself: it waits, and nothing runs meanwhile. */
export const SLEEP = "sleep@1";
export const SIGNAL = "signal@1";
export const SUBWORKFLOW = "workflow@1";
