import { PublicError } from "../../public-error.ts";
import type { Template } from "./definition.ts";

/** The attempt that a handler is called for. */
export type StepContext = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  /** The run's input. */
  readonly input: unknown;
  /** The step's `with`, filled in by the kernel or by `fillWith`; null if its definition has none. */
  readonly with: unknown;
  /** Outputs of the needed steps that completed, by step. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** `run:step`, the same for every attempt, so that the receiver of an effect recognises a repetition. */
  readonly idempotencyKey: string;
  /** Aborted when the attempt is out of time or the run has ended. */
  readonly signal: AbortSignal;
  /** The end of the attempt, in milliseconds since the epoch. */
  readonly deadline: number;
};

/** A claimed step that is dispatched to a worker outside of the object. */
export type StepClaim = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly lease: string;
  readonly input: unknown;
};

/**
 * The code of a step.
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
       * Fills in the step's `with` in place of the kernel, which returns `fill(template)`. Only here can a handler tell
       * text that the definition wrote from data, which `fill` puts into it. Must be pure and fast.
       */
      fillWith?(template: Template, fill: (template: Template) => unknown): unknown;
      /** Returns the step's output, which must be JSON. An error is retried, except FatalStepError. */
      run(context: StepContext): Promise<unknown>;
    }
  | {
      /**
       * Only dispatched. The step stays claimed until `settle(lease)`; if its lease ends first, it is dispatched again.
       */
      readonly kind: "dispatched";
      readonly inFlightMax: number;
      readonly leaseMs: number;
      dispatch(claims: readonly StepClaim[]): Promise<void>;
    };

/** Handlers by `name@major`. */
export type StepHandlers = Readonly<Record<string, StepHandler>>;

/** The report on a claim. `afterMs` is the minimum delay of the retry. */
export type StepOutcome =
  | { readonly kind: "completed"; readonly output: unknown }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "retry"; readonly message: string; readonly afterMs?: number };

/** Thrown by a handler if a retry cannot help: the step fails at once. */
export class FatalStepError extends PublicError {
  override readonly name = "FatalStepError";
}

/**
 * Thrown by a handler that knows the delay of a retry, for example from `Retry-After`. The next attempt waits at least
 * that long.
 */
export class RetryLaterError extends PublicError {
  override readonly name = "RetryLaterError";
  readonly afterMs: number;

  constructor(message: string, afterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}
