import { outputsOf } from "../../src/kernel/run-view.ts";
import type { StepClaim, StepHandler } from "../../src/kernel/step-handler.ts";
import { eventOfError, eventOfOutcome } from "../../src/kernel/step-outcome.ts";
import type { StepEvent, StepState } from "../../src/kernel/step-state.ts";
import type { OpenStep } from "./kernel-storage.ts";

/** A claimed step whose handler is about to be called. */
export type Attempt = OpenStep & {
  readonly state: Extract<StepState, { phase: "claimed" }>;
  readonly use: string;
};

type AttemptDeps = {
  readonly handlers: Readonly<Record<string, StepHandler>>;
  now(): number;
  states(runId: string): ReadonlyMap<string, StepState>;
  /** Takes what came of an attempt; it may have come too late. */
  report(lease: string, event: StepEvent): void;
};

type LiveAttempt = {
  readonly use: string;
  readonly runId: string;
  readonly controller: AbortController;
};

const DISPATCH_TIMEOUT_MS = 30_000;
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

  /** Counts the attempt from its claim on, so that the claim is neither made twice nor taken for lost. */
  add({ use, runId, state }: Attempt): void {
    if (this.#deps.handlers[use]?.kind === "dispatched") this.#dispatching.add(use);
    else this.#live.set(state.lease, { use, runId, controller: new AbortController() });
  }

  /** The claim was rolled back. */
  remove({ use, state }: Attempt): void {
    this.#dispatching.delete(use);
    this.#live.delete(state.lease);
  }

  has(lease: string): boolean {
    return this.#live.has(lease);
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

  abortRun(runId: string): void {
    for (const attempt of this.#live.values()) {
      if (attempt.runId === runId) attempt.controller.abort(new Error(`Run ${runId} has ended`));
    }
  }

  /** Calls a local handler and reports what came of it. Never rejects. */
  async perform(attempt: Attempt): Promise<void> {
    const { runId, step, state, use } = attempt;
    const handler = this.#deps.handlers[use];
    const signal = this.#live.get(state.lease)?.controller.signal;
    if (handler?.kind !== "local" || !signal) return;
    const remainingMs = Math.max(0, state.deadline - this.#deps.now());
    const timer = setTimeout(() => this.abort(state.lease, outOfTime(attempt)), remainingMs);
    let event: StepEvent;
    try {
      signal.throwIfAborted();
      const work = handler.run({
        runId,
        step,
        attempt: state.attempt,
        input: JSON.parse(attempt.input),
        outputs: outputsOf(this.#deps.states(runId)),
        idempotencyKey: `${runId}:${step}`,
        signal,
        deadline: state.deadline,
      });
      event = eventOfOutcome({ kind: "completed", output: await unlessAborted(signal, work) });
    } catch (error) {
      event = eventOfError(error);
    }
    clearTimeout(timer);
    this.#live.delete(state.lease);
    this.#deps.report(state.lease, event);
  }

  /** Sends claims of one handler out. Never rejects. */
  async dispatch(use: string, attempts: readonly Attempt[]): Promise<void> {
    const handler = this.#deps.handlers[use];
    if (handler?.kind !== "dispatched") return;
    const controller = new AbortController();
    // Cleared below: a timer that is left behind keeps the object from being evicted.
    const timer = setTimeout(() => controller.abort(new Error(UNSENT)), DISPATCH_TIMEOUT_MS);
    try {
      await unlessAborted(controller.signal, handler.dispatch(attempts.map(claimOf)));
    } catch (error) {
      for (const { state } of attempts) this.#deps.report(state.lease, eventOfError(error));
    } finally {
      clearTimeout(timer);
      this.#dispatching.delete(use);
    }
  }
}

export const outOfTime = ({ runId, step }: OpenStep) =>
  `The attempt at ${step} of run ${runId} ran out of time`;

const claimOf = ({ runId, step, state, input }: Attempt): StepClaim => ({
  runId,
  step,
  attempt: state.attempt,
  lease: state.lease,
  input: JSON.parse(input),
});

/** A handler that does not listen to its signal is not waited for either. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
