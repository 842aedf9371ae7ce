import type { Result } from "../../result.ts";
import { RunExpressions } from "../ledger/run-expressions.ts";
import { RunLedger, type RunStart } from "../ledger/run-ledger.ts";
import { readOutput, viewHeader } from "../ledger/run-output.ts";
import { type RunCallbacks, RunStore } from "../ledger/run-store.ts";
import { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { KeptOutput } from "../rows/step-rows.ts";
import type { Definition } from "../rules/definition.ts";
import { type Expressions, NO_EXPRESSIONS } from "../rules/expressions.ts";
import type { RunEvent } from "../rules/run/event.ts";
import type { RunHeader, RunView } from "../rules/run/run-view.ts";
import {
  refuse,
  type Signal,
  type SignalReceipt,
  type SignalRefusal,
} from "../rules/run/signal.ts";
import type { StepHandlers, StepOutcome } from "../rules/step-handler.ts";
import { parseQueue } from "../rules/step/queue.ts";
import { interpretOutcome } from "../rules/step/step-outcome.ts";
import type { StepEvent } from "../rules/step/step-state.ts";
import { Attempts } from "./attempts.ts";
import { Claims, HEARTBEAT_MS } from "./claims.ts";
import { armBeforeWork } from "./dead-mans-alarm.ts";
import { type KernelLogger, POSTPONE_MS, StepLoop } from "./step-loop.ts";
import { Transactions } from "./transactions.ts";

export type StepKernelOptions = RunCallbacks & {
  readonly handlers: StepHandlers;
  readonly logger: KernelLogger;
  /** The language of conditions and templates; without one, definitions cannot have any. */
  readonly expressions?: Expressions;
  /** A step is given up after this many isolates died at it, one after the other. */
  readonly strikesMax?: number;
  /**
   * When the object's own work is due; folded into the one alarm. The kernel's constructor calls it too, so it must not
   * use anything that the object sets up later.
   */
  readonly otherDue?: () => number | null;
  /** Called by every alarm, before the round; the object tests itself whether its own work is due. */
  readonly onDue?: (now: number) => void | Promise<void>;
  readonly now?: () => number;
  readonly random?: () => number;
};

const STRIKES_MAX = 5;
/** The alarm is on time. Work that has been due for longer was begun before, by an isolate that may have died of it. */
const LATE_MS = 1_000;
/** More than any handler is given to do locally at a time. */
const CLAIMED_MAX = 100;

/**
 * Runs workflows inside a Durable Object. Every live step has `due`, the object's one alarm is the earliest
 * of them, a claim is a lease, and a lease is a `due` in the future. Three rules keep runs from being
 * stranded: the constructor re-arms the alarm (A), the alarm first sets the next one (B), and a claim is on
 * disk before its effect leaves the object (C).
 *
 * Its parts are made in one order, and each knows only those made before it; see the README.
 */
export class StepKernel {
  readonly #ctx: DurableObjectState;
  readonly #options: StepKernelOptions;
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #claims: Claims;
  readonly #ledger: RunLedger;
  readonly #transactions: Transactions;
  readonly #loop: StepLoop;

  constructor(ctx: DurableObjectState, options: StepKernelOptions) {
    const { handlers, logger, otherDue } = options;
    const { now = Date.now, random = Math.random, strikesMax = STRIKES_MAX } = options;
    const storage = new KernelStorage(ctx.storage.sql);
    const runs = new RunStore(storage, { now, random, strikesMax, callbacks: options });
    const expressions = new RunExpressions(storage, options.expressions ?? NO_EXPRESSIONS);
    const attempts = new Attempts({ storage, expressions, handlers, now });
    const claims = new Claims(handlers, runs, attempts);
    const ledger = new RunLedger(storage, runs, expressions, claims);
    const durable = ctx.storage;
    const transactions = new Transactions({
      durable,
      storage,
      runs,
      expressions,
      attempts,
      claims,
      otherDue,
    });
    const parts = { ctx, storage, runs, attempts, claims, ledger, transactions, logger };
    this.#ctx = ctx;
    this.#options = options;
    this.#storage = storage;
    this.#runs = runs;
    this.#claims = claims;
    this.#ledger = ledger;
    this.#transactions = transactions;
    this.#loop = new StepLoop(parts);
    // An object that was never created has no tables and is left as it is.
    if (storage.hasTables()) this.#recover();
  }

  /** Rule A: arms the alarm and goes on where an isolate has left off. */
  #recover(): void {
    const { steps } = this.#storage;
    const dues = steps.agenda().flatMap(({ ready, over }) => [ready ?? Infinity, over ?? Infinity]);
    if (Math.min(...dues) < this.#runs.now() - LATE_MS) this.#loop.syncPureWork();
    this.#transactions.run(() => this.#endLeasesOfOtherIsolates());
    // Whatever brought the object back, a request or the alarm, work that is due does not wait for another alarm.
    if (steps.agenda().length > 0) this.wake();
  }

  /** Stores a run and arms the alarm, inside the caller's transaction if there is one. False if the run exists. */
  start(run: RunStart): boolean {
    return this.#transactions.run(() => this.#ledger.start(run));
  }

  /** Runs what is due without waiting for the alarm. Calls within one turn make one round. */
  wake(): void {
    this.#loop.wake();
  }

  /** Reports on a claim. False when the lease is not held any more: the report came late and changed nothing. */
  settle(lease: string, outcome: StepOutcome): boolean {
    const isSettled = this.#report(lease, interpretOutcome(outcome));
    if (isSettled) this.wake();
    return isSettled;
  }

  /** Prolongs a lease, at most up to the attempt's deadline. */
  renew(lease: string): boolean {
    const held = this.#findHeld(lease);
    if (!held) return false;
    const leaseMs = this.#claims.leaseMs(this.#ledger.findUse(held));
    return this.#report(lease, { type: "renewed", leaseMs });
  }

  /** The step that the lease still holds, or null when it was lost, settled or cancelled. */
  holds(lease: string): { runId: string; step: string; input: unknown } | null {
    const held = this.#findHeld(lease);
    if (!held) return null;
    const { runId, step } = held;
    return { runId, step, input: JSON.parse(this.#storage.input(runId)) };
  }

  /** Ends a run: now, or once its work is undone. Handlers in flight see their signal abort; their reports are fenced. */
  cancel(runId: string): boolean {
    return this.#command(() => this.#ledger.cancel(runId));
  }

  /** Holds a run: nothing new begins in it until it is resumed. */
  pause(runId: string): boolean {
    return this.#command(() => this.#ledger.pause(runId));
  }

  /** Continues a run that was paused, or in which a step has failed for good and is held. */
  resume(runId: string): boolean {
    return this.#command(() => this.#ledger.resume(runId));
  }

  /** Runs the steps of a settled run again: those from a step on, or those that failed. */
  retry(runId: string, from: string | null): boolean {
    return this.#command(() => this.#ledger.retry(runId, from));
  }

  /** Sends a signal to a run. */
  signal(runId: string, signal: Signal): Result<SignalReceipt, SignalRefusal> {
    const unknown = refuse("run_not_found", `There is no run ${runId}.`);
    const take = () => this.#ledger.signals.take(runId, signal);
    const taken = this.#ask<Result<SignalReceipt, SignalRefusal>>(unknown, () =>
      this.#transactions.run(take),
    );
    if (taken.ok) this.wake();
    return taken;
  }

  /** The events of a run after number `after`, the oldest first. */
  events(runId: string, after: number, limit: number): RunEvent[] {
    return this.#ask<RunEvent[]>([], () => this.#storage.events(runId, after, limit));
  }

  /** A run's output; null while it has not completed. */
  output(runId: string): KeptOutput | null {
    const run = this.#findRun(runId);
    return run?.status === "completed" ? readOutput(this.#storage, run) : null;
  }

  /** The output of a step of a run; null while it has not completed. */
  stepOutput(runId: string, step: string): unknown {
    const record = this.#ask(undefined, () => this.#storage.steps.find(runId, step));
    const state = record?.state;
    return state?.phase === "completed" ? JSON.parse(state.output) : null;
  }

  view(runId: string): RunView | null {
    return this.#ask(null, () => this.#ledger.view(runId));
  }

  /** A run without its steps. */
  header(runId: string): RunHeader | null {
    const run = this.#findRun(runId);
    return run && viewHeader(this.#storage, run);
  }

  /** A run's input. */
  input(runId: string): unknown {
    return JSON.parse(this.#ask("null", () => this.#storage.input(runId)));
  }

  /** The definition that a run is pinned to. */
  definition(runId: string): Definition | null {
    return this.#findRun(runId)?.definition ?? null;
  }

  /** The ids of a run and of the runs under it, those above first. */
  runsUnder(runId: string): string[] {
    return this.#ask<string[]>([], () => this.#storage.runsUnder(runId));
  }

  /** The outputs of a run's steps and items, by name: their length, and their JSON if it has at most `bytesMax` bytes. */
  outputs(runId: string, bytesMax: number): Map<string, KeptOutput> {
    const rows = this.#ask([], () => this.#storage.steps.outputs(runId, bytesMax));
    return new Map(rows.map(({ step, ...kept }) => [step, kept]));
  }

  /** Erases a settled run. A running one stays: cancel it first. */
  forget(runId: string): void {
    this.#ask(undefined, () => this.#transactions.run(() => this.#ledger.forget(runId)));
  }

  /** Sets the one alarm. Call it after changing what `otherDue` depends on. */
  arm(): void {
    this.#ask(undefined, () => this.#transactions.arm());
  }

  /** The object's alarm() calls this. It returns when attempts have begun, so that the next heartbeat can fire. */
  async alarm(): Promise<void> {
    if (!this.#storage.hasTables()) return;
    // Rule B. Whatever happens below, the platform's own few retries are not what brings the object back.
    await armBeforeWork(this.#ctx.storage, this.#runs.now() + HEARTBEAT_MS);
    this.#runs.forgetCounts();
    try {
      await this.#options.onDue?.(this.#runs.now());
    } catch (error) {
      this.#transactions.postponeOther(this.#runs.now() + POSTPONE_MS);
      this.#options.logger.failed("kernel.on_due.failed", error);
    }
    await this.#loop.run();
  }

  #report(lease: string, event: StepEvent): boolean {
    const report = () => this.#ledger.report(lease, event);
    return this.#ask(false, () => this.#transactions.run(report));
  }

  #findRun(runId: string) {
    return this.#ask(null, () => this.#runs.find(runId));
  }

  #findHeld(lease: string): StepRecord | null {
    return this.#ask(null, () => this.#ledger.findHeld(lease));
  }

  /**
   * Answers a question from the tables, or `otherwise` without tables. They are looked up each time, since the object's
   * owner may have emptied its storage.
   */
  #ask<T>(otherwise: T, question: () => T): T {
    return this.#storage.hasTables() ? question() : otherwise;
  }

  /** The local attempts of another isolate are lost; their leases end now rather than when they would run out. */
  #endLeasesOfOtherIsolates(): void {
    for (const { queue } of this.#storage.steps.agenda()) {
      if (!this.#claims.isLocal(parseQueue(queue))) continue;
      for (const record of this.#storage.steps.claimed(queue, CLAIMED_MAX)) {
        this.#ledger.apply(record, { type: "orphaned" });
      }
    }
  }

  #command(change: () => boolean): boolean {
    const isDone = this.#ask(false, () => this.#transactions.run(change));
    if (isDone) this.wake();
    return isDone;
  }
}
