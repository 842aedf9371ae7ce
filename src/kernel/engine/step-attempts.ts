import type { OpenRun } from "../ledger/run-book.ts";
import type { StepRecord } from "../rows/step-row.ts";
import {
  FatalStepError,
  type StepClaim,
  type StepContext,
  type StepHandlers,
} from "../rules/step-handler.ts";
import { interpretError, interpretOutcome, describeError } from "../rules/step/step-outcome.ts";
import type { Claimed, StepEvent } from "../rules/step/step-state.ts";

/** A claimed step whose handler is about to be called. */
export type Attempt = StepRecord & {
  readonly state: Claimed;
  readonly use: string;
  readonly run: OpenRun;
};

/** What an attempt's handler is given of its run. */
export type AttemptInput = Pick<StepContext, "input" | "with" | "outputs" | "idempotencyKey">;

type AttemptDeps = {
  readonly handlers: StepHandlers;
  now(): number;
  /** Reads what the attempt works on; throws when an expression of it fails. */
  inputOf(attempt: Attempt): AttemptInput;
  runInputOf(runId: string): unknown;
  /** Takes what came of an attempt; it may have come too late. */
  report(lease: string, event: StepEvent): void;
};

type LiveAttempt = { readonly use: string; readonly controller: AbortController };

const DISPATCH_TIMEOUT_MS = 30_000;
/** What a timer holds; it is the alarm that ends an attempt which takes longer. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const UNSENT = "Sending the step out took too long";

/** The attempts that this isolate makes: calls of handlers, in memory only. */
export class StepAttempts {
  readonly #deps: AttemptDeps;
  /** Local attempts by lease. A claimed local step that is not here died with its isolate. */
  readonly #live = new Map<string, LiveAttempt>();
  readonly #dispatching = new Set<string>();

  constructor(deps: AttemptDeps) {
    this.#deps = deps;
  }

  /** Counts a local attempt from its claim on, so that it is not taken for lost. */
  add({ use, state }: Attempt): void {
    if (this.#deps.handlers[use]?.kind === "dispatched") return;
    this.#live.set(state.lease, { use, controller: new AbortController() });
  }

  /** These are about to be given to dispatch(), which is called for one batch of a handler at a time. */
  sendOut(attempts: readonly Attempt[]): void {
    for (const { use } of attempts) {
      if (this.#deps.handlers[use]?.kind === "dispatched") this.#dispatching.add(use);
    }
  }

  /** The claim was rolled back. */
  remove({ use, state }: Attempt): void {
    this.#dispatching.delete(use);
    this.#live.delete(state.lease);
  }

  has(lease: string): boolean {
    return this.#live.has(lease);
  }

  /** Whether no local handler is at work. */
  isIdle(): boolean {
    return this.#live.size === 0;
  }

  countLive(use: string): number {
    return [...this.#live.values()].filter((attempt) => attempt.use === use).length;
  }

  /** Whether dispatch() is under way; what falls due meanwhile goes into the next call. */
  isDispatching(use: string): boolean {
    return this.#dispatching.has(use);
  }

  abort(lease: string, reason: string): void {
    this.#live.get(lease)?.controller.abort(new Error(reason));
  }

  /** Calls a local handler and reports what came of it. Never rejects. */
  async perform(attempt: Attempt): Promise<void> {
    const { runId, step, state, use } = attempt;
    const handler = this.#deps.handlers[use];
    const signal = this.#live.get(state.lease)?.controller.signal;
    if (handler?.kind !== "local" || !signal) return;
    const remainingMs = Math.min(Math.max(0, state.deadline - this.#deps.now()), TIMER_MS_MAX);
    const timer = setTimeout(() => this.abort(state.lease, outOfTime(attempt)), remainingMs);
    let event: StepEvent;
    try {
      signal.throwIfAborted();
      const work = handler.run({
        runId,
        step,
        attempt: state.attempt,
        ...this.#inputOf(attempt),
        signal,
        deadline: state.deadline,
      });
      event = interpretOutcome({ kind: "completed", output: await unlessAborted(signal, work) });
    } catch (error) {
      event = interpretError(error);
    }
    clearTimeout(timer);
    this.#live.delete(state.lease);
    this.#deps.report(state.lease, event);
  }

  /** What is wrong with a definition's expressions does not mend by trying again. */
  #inputOf(attempt: Attempt): AttemptInput {
    try {
      return this.#deps.inputOf(attempt);
    } catch (error) {
      throw new FatalStepError(
        `What ${attempt.step} is given could not be made: ${describeError(error)}`,
      );
    }
  }

  #claimOf(attempt: Attempt): StepClaim {
    const { runId, step, state } = attempt;
    const input = this.#deps.runInputOf(runId);
    return { runId, step, attempt: state.attempt, lease: state.lease, input };
  }

  /** Sends claims of one handler out. Never rejects. */
  async dispatch(use: string, attempts: readonly Attempt[]): Promise<void> {
    const handler = this.#deps.handlers[use];
    if (handler?.kind !== "dispatched") return;
    const controller = new AbortController();
    // Cleared below: a timer that is left behind keeps the object from being evicted.
    const timer = setTimeout(() => controller.abort(new Error(UNSENT)), DISPATCH_TIMEOUT_MS);
    try {
      const claims = attempts.map((attempt) => this.#claimOf(attempt));
      await unlessAborted(controller.signal, handler.dispatch(claims));
    } catch (error) {
      for (const { state } of attempts) this.#deps.report(state.lease, interpretError(error));
    } finally {
      clearTimeout(timer);
      this.#dispatching.delete(use);
    }
  }
}

export const outOfTime = ({ runId, step }: StepRecord) =>
  `The attempt at ${step} of run ${runId} ran out of time`;

/** A handler that does not listen to its signal is not waited for either. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
