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
  /**
   * The run's output. Without a template, the output is an object with the outputs of the steps that no other step
   * needs, by step name.
   */
  readonly output?: Template;
};

/** A step of a workflow: its work, the steps that it needs, and its behaviour on failure. */
export type StepDefinition = Work & {
  /** Steps that must end before this one. Steps that do not depend on each other run in parallel. */
  readonly needs?: readonly string[];
  /** The outcome that the needed steps must have; `all_success` by default. */
  readonly trigger?: TriggerRule;
  /** A condition. The step is skipped if it is false. */
  readonly when?: Expression;
  /** Does the work once for each item of a list. The step's output is the list of the items' outputs. */
  readonly map?: MapOver;
  /** Alternative work, tried in order after the work has failed for good. */
  readonly fallback?: readonly Work[];
  /** Undoes the work when the run fails or is cancelled. */
  readonly undo?: Work;
  /** The step's priority among ready steps of the same handler; `default` by default. */
  readonly lane?: Lane;
  /**
   * The reaction when the work and all fallbacks have failed for good: fail the step (the default), or hold it until
   * the run is resumed (`pause`) or a person decides (`human`).
   */
  readonly onExhausted?: "fail" | "pause" | "human";
};

/**
 * A unit of work of a step: a handler with its parameters, retries and timeouts. The step itself, each fallback and the
 * undo are one each.
 */
export type Work = {
  /** The handler, `name@major`, such as `http@1`. */
  readonly use: string;
  /** The handler's parameters: a template over the run's input and the outputs of earlier steps. */
  readonly with?: Template;
  readonly retry?: RetryPolicy;
  readonly timeout?: Timeouts;
};

/**
 * The source of a condition or a value, in the language that the object gives the kernel as `Expressions` (CEL in this
 * service).
 */
export type Expression = string;
/** Any JSON value. Expressions in its strings, written `${…}`, are replaced by their values when the step begins. */
export type Template = unknown;

/**
 * The outcome that the needed steps must have for a step to begin. `all_success`: every one completed. `none_failed`:
 * every one ended and none failed; skipped is fine. `all_done`: every one ended. `one_failed`: one failed, and the
 * others are not waited for.
 */
export type TriggerRule = "all_success" | "none_failed" | "all_done" | "one_failed";

/** The priority of a step among the ready steps of the same handler, highest first. */
export type Lane = "interactive" | "default" | "batch";

/** The list of a step with `map`, and the number of items that run at a time. */
type MapOver = {
  readonly over: Expression;
  readonly concurrency: number;
};

/**
 * The number of attempts at a unit of work and the delays between them. Full jitter: before attempt n + 1 a step waits
 * a random time in 0 … min(cap, base · 2^(n−1)) milliseconds.
 */
export type RetryPolicy = {
  readonly attemptsMax: number;
  readonly baseMs: number;
  readonly capMs: number;
};

/** Time limits of a step, in milliseconds. */
export type Timeouts = {
  /** Limit of one attempt. */
  readonly attemptMs?: number;
  /** Limit of the time that a ready step waits for its first attempt. */
  readonly queueMs?: number;
  /**
   * Limit of the whole step, from its first attempt to the end of its last. For a step that waits: limit of the wait.
   */
  readonly totalMs?: number;
};

/** The retry policy for steps whose result a person is waiting for, such as those of an answer. */
export const RETRY_INTERACTIVE: RetryPolicy = { attemptsMax: 3, baseMs: 200, capMs: 5_000 };
/** The default retry policy, for steps whose result nothing waits for interactively. */
export const RETRY_BACKGROUND: RetryPolicy = {
  attemptsMax: 8,
  baseMs: 1_000,
  capMs: 300_000,
};
/** Default time limit of one attempt: 15 minutes, in milliseconds. */
export const ATTEMPT_TIMEOUT_MS = 15 * 60_000;
/** Default time limit of a whole step with all its attempts: 24 hours, in milliseconds. */
export const TOTAL_TIMEOUT_MS = 24 * 60 * 60_000;

/**
 * The step type that waits for a time. It is native, like `SIGNAL` and `SUBWORKFLOW`: the kernel implements the wait
 * itself, and no code runs during it.
 */
export const SLEEP = "sleep@1";
/** The native step type that waits for a signal from outside. */
export const SIGNAL = "signal@1";
/** The native step type that starts a run of another workflow and waits for its end. */
export const SUBWORKFLOW = "workflow@1";

/**
 * Maximum bytes of a definition as JSON. The catalog of workflows stores it in one row of at most 2 MB with the request
 * body that it was compiled from.
 */
export const DEFINITION_BYTES_MAX = 1_300_000;
