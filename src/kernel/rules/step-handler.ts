/** The attempt that a handler is called for. */
export type StepContext = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  /** The run's input. */
  readonly input: unknown;
  /** The step's own `with`, filled in; null when its definition has none. */
  readonly with: unknown;
  /** Outputs of the steps that this one needs, by step; those that did not complete are not in it. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** `run:step`, the same for every attempt: the receiver of an effect recognises a repetition by it. */
  readonly idempotencyKey: string;
  /** Fires when the attempt is out of time or the run has ended. */
  readonly signal: AbortSignal;
  /** When the attempt is out of time, in milliseconds since the epoch. */
  readonly deadline: number;
};

export type StepClaim = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly lease: string;
  readonly input: unknown;
};

export type StepHandler =
  | {
      readonly kind: "local";
      /** No external effect: the claim need not be on disk before the handler runs. */
      readonly pure?: true;
      /** Returns the step's output, which must survive JSON. Throwing is retried; FatalStepError is not. */
      run(context: StepContext): Promise<unknown>;
    }
  | {
      /** Only sent out; the step stays claimed until `settle(lease)` or until its lease ends, then it is sent again. */
      readonly kind: "dispatched";
      readonly inFlightMax: number;
      readonly leaseMs: number;
      dispatch(claims: readonly StepClaim[]): Promise<void>;
    };

/** By `name@major`. */
export type StepHandlers = Readonly<Record<string, StepHandler>>;

export type StepOutcome =
  | { readonly kind: "completed"; readonly output: unknown }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "retry"; readonly message: string; readonly afterMs?: number };

/** Thrown by a handler when trying again cannot help: the step fails at once. */
export class FatalStepError extends Error {
  override readonly name = "FatalStepError";
}

/** Thrown by a handler that knows when to try again, from `Retry-After` say: the next attempt waits at least that long. */
export class RetryLaterError extends Error {
  override readonly name = "RetryLaterError";
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super(message);
    this.afterMs = afterMs;
  }
}
