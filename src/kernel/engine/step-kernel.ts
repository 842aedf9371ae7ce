import type { Result } from "../../result.ts";
import { RunExpressions } from "../ledger/run-expressions.ts";
import { RunLedger, type RunStart } from "../ledger/run-ledger.ts";
import { readOutput, viewHeader } from "../ledger/run-output.ts";
import { RunStore } from "../ledger/run-store.ts";
import { KernelStorage } from "../rows/kernel-storage.ts";
import type { KeptOutput } from "../rows/step-rows.ts";
import type { Definition } from "../rules/definition.ts";
import { NO_EXPRESSIONS } from "../rules/expressions.ts";
import type { RunEvent } from "../rules/run/event.ts";
import type { RunHeader, RunView } from "../rules/run/run-view.ts";
import {
  refuse,
  type Signal,
  type SignalReceipt,
  type SignalRefusal,
} from "../rules/run/signal.ts";
import type { StepOutcome } from "../rules/step-handler.ts";
import { interpretOutcome } from "../rules/step/step-outcome.ts";
import { Attempts, type StepWork } from "./attempts.ts";
import { Claims, HEARTBEAT_MS } from "./claims.ts";
import { armBeforeWork } from "./dead-mans-alarm.ts";
import type { StepKernelOptions } from "./kernel-options.ts";
import { recoverSteps, sendAgain } from "./lost-leases.ts";
import { POSTPONE_MS } from "./round-part.ts";
import { StartedClaims } from "./started-claims.ts";
import { StepLoop } from "./step-loop.ts";
import { Transactions } from "./transactions.ts";
import { type HeldStep, WorkerLeases } from "./worker-leases.ts";

const STRIKES_MAX = 5;
/**
 * Work that is overdue by more than this was begun before, by an isolate that may have died of it: alarms are on time.
 */
const LATE_MS = 1_000;

/**
 * Runs workflows inside a Durable Object. Every live step has a `due` time, and the object's one alarm is set to the
 * earliest. A claimed step is held under a lease, which ends at its `due`. Three rules keep runs from being stranded:
 * the constructor sets the alarm again (A), the alarm handler first sets the next alarm (B), and a claim is on disk
 * before its effect leaves the object (C). The constructor makes the kernel's parts in a fixed order. Each part knows only those before it; see the README.
 */
export class StepKernel {
  readonly #ctx: DurableObjectState;
  readonly #options: StepKernelOptions;
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #attempts: Attempts;
  readonly #claims: Claims;
  readonly #ledger: RunLedger;
  readonly #transactions: Transactions;
  readonly #started: StartedClaims;
  readonly #loop: StepLoop;
  readonly #workers: WorkerLeases;

  constructor(ctx: DurableObjectState, options: StepKernelOptions) {
    const { handlers, logger, otherDue, onUnsent } = options;
    const { now = Date.now, random = Math.random, strikesMax = STRIKES_MAX } = options;
    const storage = new KernelStorage(ctx.storage.sql);
    const runs = new RunStore(storage, { now, random, strikesMax, callbacks: options });
    const expressions = new RunExpressions(storage, options.expressions ?? NO_EXPRESSIONS);
    const attempts = new Attempts({ storage, expressions, handlers, now });
    const claims = new Claims(handlers, runs, attempts);
    const ledger = new RunLedger(storage, runs, expressions, claims);
    const lower = { durable: ctx.storage, storage, runs, expressions, attempts, claims };
    const transactions = new Transactions({ ...lower, otherDue, onUnsent });
    const started = new StartedClaims({ storage, attempts, claims, transactions });
    const parts = { ctx, storage, runs, attempts, claims, ledger, transactions, started, logger };
    this.#ctx = ctx;
    this.#options = options;
    this.#storage = storage;
    this.#runs = runs;
    this.#attempts = attempts;
    this.#claims = claims;
    this.#ledger = ledger;
    this.#transactions = transactions;
    this.#started = started;
    this.#loop = new StepLoop(parts);
    this.#workers = new WorkerLeases(parts);
    // An object that was never created has no tables, and nothing is written.
    if (storage.hasTables()) this.#recover();
  }

  /** Rule A: sets the alarm and continues the work of an earlier isolate. What is due does not wait for the alarm. */
  #recover(): void {
    const { steps } = this.#storage;
    if (this.#firstDue() < this.#runs.now() - LATE_MS) this.#loop.syncPureWork();
    const parts = { steps, claims: this.#claims, ledger: this.#ledger, runs: this.#runs };
    this.#transactions.run(() => recoverSteps(parts, this.#options.isLost));
    // In a later microtask, because the handlers need the object, whose constructor must have returned.
    this.#ctx.waitUntil(Promise.resolve().then(() => sendAgain(parts, this.#attempts)));
    if (steps.agenda().length > 0 || this.#claims.unbegun.due() !== null) this.wake();
  }

  /** Stores a run and sets the alarm, in the caller's transaction if there is one. Returns false if its id is in use. */
  start(run: RunStart): boolean {
    return this.#transactions.run(() => this.#ledger.start(run));
  }

  /**
   * Starts a run as `start` does, and claims its first steps in the same transaction, so that they begin in this turn
   * of the event loop. Returns false if the run's id is in use.
   */
  begin(run: RunStart): boolean {
    this.wake();
    return this.#started.claimDuring(() => this.#ledger.start(run));
  }

  /** Runs commands to the kernel in one transaction, which sets the alarm once. Returns the result of `commands`. */
  together<T>(commands: () => T): T {
    return this.#transactions.run(commands);
  }

  /** Starts due work without waiting for the alarm. Several calls in one turn of the event loop cause one round. */
  wake(): void {
    this.#loop.wake();
  }

  /**
   * Reports the outcome of the step claimed under a lease. Returns false, and changes nothing, if the lease has ended.
   */
  settle(lease: string, outcome: StepOutcome): boolean {
    return this.#command(() => this.#ledger.report(lease, interpretOutcome(outcome)));
  }

  /**
   * Gives the step of a lease to a worker outside of the object, and begins its attempt and time limit. Returns a new
   * lease for the worker; null if the lease is no longer held, or the step has waited too long. So of two deliveries of
   * a message only the first gets the step, and a late one gets none.
   */
  take(lease: string): string | null {
    return this.#ask(null, () => this.#workers.take(lease));
  }

  /**
   * Renews a lease, at most to the attempt's deadline. Returns false if the lease is no longer held, or that deadline
   * has passed.
   */
  renew(lease: string): boolean {
    return this.#ask(false, () => this.#workers.renew(lease));
  }

  /**
   * Renews a lease if less than `leftMs` milliseconds of it are left (by default half of its length), because each
   * renewal writes rows. Returns false if the lease is no longer held.
   */
  keep(lease: string, leftMs?: number): boolean {
    return this.#ask(false, () => this.#workers.keep(lease, leftMs));
  }

  /** Finds the step that a lease holds; null if the lease has ended or the step was cancelled. */
  holds(lease: string): HeldStep | null {
    return this.#ask(null, () => this.#workers.holds(lease));
  }

  /**
   * Reads the work of the step that a lease holds, as a handler in the object gets it; null if the lease has ended.
   * Throws a FatalStepError if an expression in its parameters fails.
   */
  readWork(lease: string): StepWork | null {
    return this.#ask(null, () => this.#workers.readWork(lease));
  }

  /** Cancels a run: aborts its handlers and undoes its work. Returns false if it has ended or is undoing already. */
  cancel(runId: string): boolean {
    return this.#command(() => this.#ledger.cancel(runId));
  }

  /** Pauses a run: no step begins until the run is resumed. Returns false if it is not running. */
  pause(runId: string): boolean {
    return this.#command(() => this.#ledger.pause(runId));
  }

  /** Resumes a run that was paused or has a held step. Returns false if there is nothing to resume. */
  resume(runId: string): boolean {
    return this.#command(() => this.#ledger.resume(runId));
  }

  /**
   * Repeats steps of a settled run: those that failed, were cancelled or were undone, the step `from` if it is not
   * null, and all steps that depend on these. Returns false if there are none.
   */
  retry(runId: string, from: string | null): boolean {
    return this.#command(() => this.#ledger.retry(runId, from));
  }

  /** Delivers a signal to a run. Returns its receipt, or the reason why it is not accepted. */
  signal(runId: string, signal: Signal): Result<SignalReceipt, SignalRefusal> {
    const unknown = refuse("run_not_found", `There is no run ${runId}.`);
    const take = () => this.#ledger.signals.take(runId, signal);
    const taken = this.#ask<Result<SignalReceipt, SignalRefusal>>(unknown, () =>
      this.#transactions.run(take),
    );
    if (taken.ok) this.wake();
    return taken;
  }

  /** Reads at most `limit` events of a run, those with a number greater than `after`, oldest first. */
  events(runId: string, after: number, limit: number): RunEvent[] {
    return this.#ask<RunEvent[]>([], () => this.#storage.events(runId, after, limit));
  }

  /** Reads a run's output: its JSON, and the length in bytes. Returns null until the run has completed. */
  output(runId: string): KeptOutput | null {
    const run = this.#findRun(runId);
    return run?.status === "completed" ? readOutput(this.#storage, run) : null;
  }

  /** Reads the output of a step; null until it has completed. */
  stepOutput(runId: string, step: string): unknown {
    const record = this.#ask(undefined, () => this.#storage.steps.find(runId, step));
    const state = record?.state;
    return state?.phase === "completed" ? JSON.parse(state.output) : null;
  }

  /** Reads the status of a run and of its steps; null if there is no such run. */
  view(runId: string): RunView | null {
    return this.#ask(null, () => this.#ledger.view(runId));
  }

  /** Reads the status of a run without its steps; null if there is no such run. */
  header(runId: string): RunHeader | null {
    const run = this.#findRun(runId);
    return run && viewHeader(this.#storage, run);
  }

  /** Reads a run's input; null if there is no such run. */
  input(runId: string): unknown {
    return JSON.parse(this.#ask("null", () => this.#storage.input(runId)));
  }

  /** Reads the definition that a run is pinned to; null if there is no such run. */
  definition(runId: string): Definition | null {
    return this.#findRun(runId)?.definition ?? null;
  }

  /** Lists the ids of a run and of all its sub-workflows' runs, parents first. */
  runsUnder(runId: string): string[] {
    return this.#ask<string[]>([], () => this.#storage.runsUnder(runId));
  }

  /** Reads the outputs of steps and items by row name. The JSON of an output of more than `bytesMax` bytes is null. */
  outputs(runId: string, bytesMax: number): Map<string, KeptOutput> {
    const rows = this.#ask([], () => this.#storage.steps.outputs(runId, bytesMax));
    return new Map(rows.map(({ step, ...kept }) => [step, kept]));
  }

  /** Erases a settled run. A run that has not settled stays: cancel it first. */
  forget(runId: string): void {
    this.#ask(undefined, () => this.#transactions.join(() => this.#ledger.forget(runId)));
  }

  /** Returns the time of the next event by the clock, in milliseconds since the epoch: now, if a step is under way. */
  nextDue(): number | null {
    const agenda = this.#ask([], () => this.#storage.steps.agenda());
    if (agenda.some(({ hasClaimed }) => hasClaimed)) return this.#runs.now();
    const left = this.#ask(null, () => this.#claims.unbegun.due());
    return agenda.length === 0 ? left : Math.min(left ?? Infinity, this.#firstDue());
  }

  /** Sets the object's alarm again. Call this after a change of the time that `otherDue` returns. */
  arm(): void {
    this.#ask(undefined, () => this.#transactions.arm());
  }

  /** Handles the object's alarm: does the work that is due. Returns once the attempts have begun, not ended. */
  async alarm(): Promise<void> {
    if (!this.#storage.hasTables()) return;
    // Rule B. After a crash below, the object does not depend on the platform's few retries.
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

  #firstDue(): number {
    const agenda = this.#storage.steps.agenda();
    return Math.min(...agenda.flatMap(({ ready, over }) => [ready ?? Infinity, over ?? Infinity]));
  }

  #findRun(runId: string) {
    return this.#ask(null, () => this.#runs.find(runId));
  }

  /** Returns `question()`, or `otherwise` if there are no tables: the object's owner may have emptied its storage. */
  #ask<T>(otherwise: T, question: () => T): T {
    return this.#storage.hasTables() ? question() : otherwise;
  }

  #command(change: () => boolean): boolean {
    const isDone = this.#ask(false, () => this.#transactions.run(change));
    if (isDone) this.wake();
    return isDone;
  }
}
