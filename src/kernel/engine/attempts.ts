import { raceAbort } from "../../abort.ts";
import type { RunExpressions } from "../ledger/run-expressions.ts";
import { type OpenRun, resolveDefinition } from "../ledger/run-store.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { Template } from "../rules/definition.ts";
import {
  FatalStepError,
  type StepClaim,
  type StepContext,
  type StepHandlers,
} from "../rules/step-handler.ts";
import { LANES } from "../rules/step/queue.ts";
import { formatIdempotencyKey, parseStepName, undoneBy } from "../rules/step/step-name.ts";
import { describeError, interpretError, interpretOutcome } from "../rules/step/step-outcome.ts";
import { type Claimed, selectWork, type StepEvent } from "../rules/step/step-state.ts";

/** A claimed step whose handler is about to be called, or is running. */
export type StepAttempt = StepRecord & {
  readonly state: Claimed;
  readonly use: string;
  readonly run: OpenRun;
};

/** The part of a handler's context that is read from the run. */
type AttemptInput = Pick<StepContext, "input" | "with" | "outputs" | "idempotencyKey">;

/** The work of a claimed step, for a worker outside of the object. */
export type StepWork = Omit<StepContext, "signal">;

type AttemptsDeps = {
  readonly storage: KernelStorage;
  readonly expressions: RunExpressions;
  readonly handlers: StepHandlers;
  readonly now: () => number;
};

type LiveAttempt = { readonly use: string; readonly controller: AbortController };

const DISPATCH_TIMEOUT_MS = 30_000;
/** Maximum delay of a timer. The alarm ends an attempt that takes longer. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const UNSENT = "Dispatching the step took longer than 30 s";

/** Calls the handlers of claimed steps, and keeps in memory which attempts run in this isolate. */
export class Attempts {
  readonly #deps: AttemptsDeps;
  /** Local attempts by lease. A claimed local step without one lost its isolate. */
  readonly #live = new Map<string, LiveAttempt>();
  readonly #dispatching = new Set<string>();

  constructor(deps: AttemptsDeps) {
    this.#deps = deps;
  }

  /**
   * Registers an attempt that is about to run in this isolate, as soon as its step is claimed. A claimed local step
   * without a registered attempt is treated as lost, because the isolate that ran it has died.
   */
  add({ use, state }: StepAttempt): void {
    if (this.#deps.handlers[use]?.kind === "dispatched") return;
    this.#live.set(state.lease, { use, controller: new AbortController() });
  }

  /**
   * Marks the handlers of these claimed steps as dispatching, before `dispatch` is called, so that no second batch of
   * steps is claimed for them. Each handler dispatches one batch at a time.
   */
  announceDispatch(attempts: readonly StepAttempt[]): void {
    for (const { use } of attempts) {
      if (this.#deps.handlers[use]?.kind === "dispatched") this.#dispatching.add(use);
    }
  }

  /** Removes an attempt that has ended, or whose claim was rolled back. */
  remove({ use, state }: StepAttempt): void {
    this.#dispatching.delete(use);
    this.#live.delete(state.lease);
  }

  /** Tests whether the attempt under a lease runs in this isolate. */
  has(lease: string): boolean {
    return this.#live.has(lease);
  }

  /** Tests whether no local handler is running in this isolate. */
  isIdle(): boolean {
    return this.#live.size === 0;
  }

  /** Counts the attempts of a handler that run in this isolate. */
  countLive(use: string): number {
    return [...this.#live.values()].filter((attempt) => attempt.use === use).length;
  }

  /**
   * Tests whether a batch of a handler is being dispatched. The handler's steps that fall due in that time go into its
   * next batch.
   */
  isDispatching(use: string): boolean {
    return this.#dispatching.has(use);
  }

  /** Aborts the attempt under a lease, if it runs in this isolate. `reason` is the message of the abort error. */
  abort(lease: string, reason: string): void {
    this.#live.get(lease)?.controller.abort(new Error(reason));
  }

  /**
   * Calls a local handler and waits for it. Returns the event that ends the attempt; null if `remove` was called for
   * the attempt before its handler returned. Never rejects.
   */
  async perform(attempt: StepAttempt): Promise<StepEvent | null> {
    const { state, use } = attempt;
    const handler = this.#deps.handlers[use];
    const signal = this.#live.get(state.lease)?.controller.signal;
    if (handler?.kind !== "local" || !signal) return null;
    const remainingMs = Math.min(Math.max(0, state.deadline - this.#deps.now()), TIMER_MS_MAX);
    const timer = setTimeout(() => this.abort(state.lease, describeTimeout(attempt)), remainingMs);
    try {
      signal.throwIfAborted();
      const work = handler.run({
        ...this.readWork(attempt),
        signal,
      });
      return interpretOutcome({ kind: "completed", output: await raceAbort(work, signal) });
    } catch (error) {
      return interpretError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Passes claimed steps of one handler to the handler's `dispatch()`, interactive ones first. Returns null if that
   * succeeded: the outcome of each step is reported later, under its lease. Otherwise returns the event that ends each
   * of these attempts. Never rejects.
   */
  async dispatch(use: string, attempts: readonly StepAttempt[]): Promise<StepEvent | null> {
    const handler = this.#deps.handlers[use];
    if (handler?.kind !== "dispatched") return null;
    const controller = new AbortController();
    // Cleared below, since a pending timer keeps the object from being evicted.
    const timer = setTimeout(() => controller.abort(new Error(UNSENT)), DISPATCH_TIMEOUT_MS);
    try {
      const claims = attempts
        .map((attempt) => this.#makeClaim(attempt))
        .toSorted((one, other) => LANES.indexOf(one.lane) - LANES.indexOf(other.lane));
      await raceAbort(handler.dispatch(claims), controller.signal);
      return null;
    } catch (error) {
      return interpretError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reverts `announceDispatch`: steps of the handler may be claimed again. */
  endDispatch(use: string): void {
    this.#dispatching.delete(use);
  }

  /** Reads the arguments of a handler. Throws a FatalStepError if an expression in the step's parameters fails. */
  readWork(attempt: StepAttempt): StepWork {
    const { runId, step, state } = attempt;
    const { attempt: number, deadline } = state;
    return { runId, step, attempt: number, ...this.#readInput(attempt), deadline };
  }

  /** Reads the run's part of a handler's context. A failing expression is fatal, since a retry cannot repair it. */
  #readInput(attempt: StepAttempt): AttemptInput {
    try {
      return this.#evaluateInput(attempt);
    } catch (error) {
      throw new FatalStepError(
        `The input of ${attempt.step} could not be evaluated: ${describeError(error)}`,
      );
    }
  }

  #evaluateInput(attempt: StepAttempt): AttemptInput {
    const { storage, expressions } = this.#deps;
    const { runId, step, state, epoch, run } = attempt;
    const definition = resolveDefinition(run, step);
    expressions.renew();
    // The undo of a step needs that step's output.
    const needs = parseStepName(step).isUndo ? [undoneBy(step)] : (definition.needs ?? []);
    const outputs = storage.steps
      .named(runId, needs)
      .flatMap((need) =>
        need.state.phase === "completed"
          ? [[parseStepName(need.step).step, JSON.parse(need.state.output)] as const]
          : [],
      );
    return {
      input: JSON.parse(storage.input(runId)),
      with: this.#fillWith(attempt, selectWork(definition, state.choice).with),
      outputs: Object.fromEntries(outputs),
      idempotencyKey: formatIdempotencyKey(runId, step, epoch, state.choice),
    };
  }

  #fillWith(attempt: StepAttempt, template: Template): unknown {
    const { expressions, handlers } = this.#deps;
    const fill = (each: Template) => expressions.fill(attempt.run, each, attempt);
    const handler = handlers[attempt.use];
    return handler?.kind === "local" && handler.fillWith
      ? handler.fillWith(template, fill)
      : fill(template);
  }

  #makeClaim(attempt: StepAttempt): StepClaim {
    const { runId, step, state, run } = attempt;
    const input: unknown = JSON.parse(this.#deps.storage.input(runId));
    const { lane = "default" } = resolveDefinition(run, step);
    const readWith = () => this.#readInput(attempt).with;
    return { runId, step, attempt: state.attempt, lease: state.lease, lane, input, readWith };
  }
}

/** Returns the error message of an attempt that exceeded its time limit. */
export const describeTimeout = ({ runId, step }: StepRecord) =>
  `The attempt at ${step} of run ${runId} ran out of time`;
