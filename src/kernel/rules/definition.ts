/**
 * A workflow as data: a graph of steps. A run is pinned to the definition that it was started with, so code and
 * definitions may change while the run is open.
 *
 * @example
 * const definition: Definition = {
 *   name: "refund",
 *   steps: {
 *     charge: { use: "http@1", with: { url: "https://shop.example/refunds", method: "POST", json: "${input}" } },
 *     notify: { use: "http@1", needs: ["charge"], with: { url: "https://shop.example/mail", method: "POST" } },
 *   },
 *   output: "${steps.charge.output}",
 * };
 */
export type Definition = {
  readonly name: string;
  readonly steps: Readonly<Record<string, StepDefinition>>;
  /** The run's output. Without it, the output has the outputs of the steps that no step needs, by step. */
  readonly output?: Template;
};

/** A node of the graph: its work, its place in the graph, and its behaviour on failure. */
export type StepDefinition = Work & {
  /** Steps that must end before this one. Steps that do not depend on each other run in parallel. */
  readonly needs?: readonly string[];
  /** The outcome that the needed steps must have; `all_success` by default. */
  readonly trigger?: TriggerRule;
  /** A condition. The step is skipped if it is false. */
  readonly when?: Expression;
  /** Does the work once for each item of a list. */
  readonly map?: MapOver;
  /** Alternative work, tried in order after the work has failed for good. */
  readonly fallback?: readonly Work[];
  /** Undoes the work when the run fails or is cancelled. */
  readonly undo?: Work;
  /** The priority among ready steps of the same handler; `default` by default. */
  readonly lane?: Lane;
  /** The reaction to a final failure of the work and all fallbacks; `fail` by default. */
  readonly onExhausted?: "fail" | "pause" | "human";
};

/** A handler with its parameters, retries and timeouts. */
export type Work = {
  /** The handler, `name@major`, such as `http@1`. */
  readonly use: string;
  /** The handler's parameters: a template over the run's input and the outputs of earlier steps. */
  readonly with?: Template;
  readonly retry?: RetryPolicy;
  readonly timeout?: Timeouts;
};

/** A condition or a value, in the language of the kernel's `Expressions`. */
export type Expression = string;
/** JSON whose strings may contain expressions. */
export type Template = unknown;

/**
 * `all_success`: every need completed. `none_failed`: every need ended and none failed (skipped is fine).
 * `all_done`: every need ended. `one_failed`: a need failed; the others are not waited for.
 */
export type TriggerRule = "all_success" | "none_failed" | "all_done" | "one_failed";

/** The priority of a step. */
export type Lane = "interactive" | "default" | "batch";

/** The list of a step with `map`, and the number of items that run at a time. */
type MapOver = {
  readonly over: Expression;
  readonly concurrency: number;
};

/** Full jitter: before attempt n + 1 a step waits a random time in 0 … min(cap, base · 2^(n−1)). */
export type RetryPolicy = {
  readonly attemptsMax: number;
  readonly baseMs: number;
  readonly capMs: number;
};

/** Time limits of a step, in milliseconds. */
export type Timeouts = {
  /** Limit of one attempt. */
  readonly attemptMs?: number;
  /** Limit of the time from ready to the first attempt. */
  readonly queueMs?: number;
  /** Limit of the whole step, from the first attempt to the last; of a wait, its limit. */
  readonly totalMs?: number;
};

/** The policy for steps that a person waits for. */
export const RETRY_INTERACTIVE: RetryPolicy = { attemptsMax: 3, baseMs: 200, capMs: 5_000 };
/** The policy for all other steps, and the default. */
export const RETRY_BACKGROUND: RetryPolicy = {
  attemptsMax: 8,
  baseMs: 1_000,
  capMs: 300_000,
};
/** Default limit of one attempt: 15 minutes. */
export const ATTEMPT_TIMEOUT_MS = 15 * 60_000;
/** Default limit of a whole step: 24 hours. */
export const TOTAL_TIMEOUT_MS = 24 * 60 * 60_000;

/** The native step types are waits that the kernel implements itself; no code runs during a wait. Waits for a time. */
export const SLEEP = "sleep@1";
/** Waits for a signal from outside. */
export const SIGNAL = "signal@1";
/** Waits for a run of another workflow. */
export const SUBWORKFLOW = "workflow@1";

/** Maximum bytes of a definition as JSON: a catalogue keeps it in one row with the body that it was compiled from. */
export const DEFINITION_BYTES_MAX = 1_300_000;
