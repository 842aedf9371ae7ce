import { PublicError } from "../../public-error.ts";
import type { Lane, Template } from "./definition.ts";

/** The arguments of a handler: its step, the inputs, and the limits of the attempt. */
export type StepContext = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  /** The run's input. */
  readonly input: unknown;
  /** The parameters of the step (`with`), their expressions evaluated; null if its definition has none. */
  readonly with: unknown;
  /** The outputs of the completed steps that this step needs, by step name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /**
   * A key for requests with effects, the same for every attempt of the step, by which their receiver recognises a
   * repetition.
   */
  readonly idempotencyKey: string;
  /** Aborted when the attempt has exceeded its time limit, or the run has ended. */
  readonly signal: AbortSignal;
  /** The end of the attempt, in milliseconds since the epoch. */
  readonly deadline: number;
};

/**
 * A claimed step, as `dispatch` of its handler receives it, to send it to a worker outside of the object. The worker
 * reports under `lease`.
 */
export type StepClaim = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly lease: string;
  readonly lane: Lane;
  /** The run's input. */
  readonly input: unknown;
  /** Evaluates the step's parameters, as for a handler in the object. Throws if an expression fails. */
  readWith(): unknown;
};

/**
 * The code that does the work of a step type. A local handler does it inside of the Durable Object of the run. A
 * dispatched one hands steps to consumers, for example by the messages of a queue, and these report the outcomes later. A
 * step that throws a `FatalStepError` is not tried again.
 *
 * @example
 * const send: StepHandler = {
 *   kind: "local",
 *   run: async ({ with: given, idempotencyKey, signal }) => {
 *     const headers = { "idempotency-key": idempotencyKey };
 *     const response = await fetch(url, { method: "POST", body: JSON.stringify(given), headers, signal });
 *     if (response.status === 400) throw new FatalStepError("The mail was refused");
 *     return await response.json();
 *   },
 * };
 */
export type StepHandler =
  | {
      readonly kind: "local";
      /** No external effect: the claim need not be on disk before the handler runs. */
      readonly pure?: true;
      /**
       * Evaluates the expressions in the step's parameters (`with`). Without this method, the kernel uses
       * `fill(template)`. A handler that must distinguish the definition's own text from data that `fill` inserts can
       * only do so here. Must be pure and fast.
       */
      fillWith?(template: Template, fill: (template: Template) => unknown): unknown;
      /** Returns the step's output, which must be JSON. An error is retried, except FatalStepError. */
      run(context: StepContext): Promise<unknown>;
    }
  | {
      /**
       * The handler only sends claims out. A step stays claimed until `settle(lease)`; if its lease ends first, it is
       * sent again.
       */
      readonly kind: "dispatched";
      readonly inFlightMax: number;
      /** Length of the lease of a step that was sent out: the longest time until a worker takes it. */
      readonly leaseMs: number;
      /** Length of a lease once a worker has taken the step, and after each renewal; `leaseMs` by default. */
      readonly workMs?: number;
      dispatch(claims: readonly StepClaim[]): Promise<void>;
    };

/** The handlers of an object, by step type `name@major`. */
export type StepHandlers = Readonly<Record<string, StepHandler>>;

/**
 * The outcome of a claimed step: an output, a final failure, or a failure after which the step is retried. `afterMs` is
 * the minimum delay of the retry, in milliseconds. `released`: a service that the step needs was away for everybody, so
 * the attempt does not count. The step is tried again, more and more seldom, until its time is over.
 */
export type StepOutcome =
  | { readonly kind: "completed"; readonly output: unknown }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "retry"; readonly message: string; readonly afterMs?: number }
  | { readonly kind: "released"; readonly message: string; readonly afterMs: number };

/** Thrown by a handler whose step would fail in the same way after a retry: the step fails at once. */
export class FatalStepError extends PublicError {
  override readonly name = "FatalStepError";
}

/**
 * Thrown by a handler that knows when a retry makes sense, for example from `Retry-After`. The next attempt begins
 * after `afterMs` milliseconds at the earliest.
 */
export class RetryLaterError extends PublicError {
  override readonly name = "RetryLaterError";
  readonly afterMs: number;

  constructor(message: string, afterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}
