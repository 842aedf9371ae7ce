import type { Result } from "../../result.ts";
import { RunLedger, type RunStart } from "../ledger/run-ledger.ts";
import { headerOf, outputOf } from "../ledger/run-output.ts";
import { KernelStorage, type StoredRun } from "../rows/kernel-storage.ts";
import { useOf } from "../rows/step-queue.ts";
import type { KeptOutput } from "../rows/step-rows.ts";
import type { Definition } from "../rules/definition.ts";
import { type Expressions, NO_EXPRESSIONS } from "../rules/expressions.ts";
import type { RunEvent, RunEventType } from "../rules/run/event.ts";
import type { RunHeader, RunView, SettledRun } from "../rules/run/run-view.ts";
import type { Signal, SignalReceipt, SignalRefusal } from "../rules/run/signal.ts";
import { refuse } from "../rules/run/signal.ts";
import type { StepHandlers, StepOutcome } from "../rules/step-handler.ts";
import { eventOfOutcome } from "../rules/step/step-outcome.ts";
import type { StepEvent } from "../rules/step/step-state.ts";
import { ArmedTransactions } from "./armed-transactions.ts";
import { inputOf } from "./attempt-input.ts";
import { ClaimRoom, HEARTBEAT_MS } from "./claim-room.ts";
import { armBeforeWork } from "./dead-mans-alarm.ts";
import type { KernelLogger } from "./kernel-logger.ts";
import { StepAttempts } from "./step-attempts.ts";
import { POSTPONE_MS, StepPump } from "./step-pump.ts";

export type StepKernelOptions = {
  readonly handlers: StepHandlers;
  readonly logger: KernelLogger;
  /** The language of conditions and templates; without one, definitions cannot have any. */
  readonly expressions?: Expressions;
  /** Called synchronously inside the transaction that settles the run, once for each run. */
  readonly onRunSettled?: (run: SettledRun) => void;
  /** Called synchronously after something was logged about a run, inside the transaction. */
  readonly onEvent?: (run: StoredRun, type: RunEventType) => void;
  /** After so many isolates have died at a step, one after the other, it is given up. */
  readonly strikesMax?: number;
  /**
   * When the object wants to wake for reasons of its own; folded into the one alarm. The kernel's constructor
   * asks too, so this leans on nothing that the object sets up later.
   */
  readonly otherDue?: () => number | null;
  /** Called by the alarm before steps are looked at; the object sees itself whether its time has come. */
  readonly onDue?: (now: number) => void | Promise<void>;
  readonly now?: () => number;
  readonly random?: () => number;
};

const STRIKES_MAX = 5;
/** The alarm is on time. What has been due for longer was looked at before, by an isolate that may have died of it. */
const LATE_MS = 1_000;
/** More than any handler is given to do locally at a time. */
const CLAIMED_MAX = 100;

/**
 * Runs workflows inside a Durable Object. Every live step has `due`, the object's one alarm is the earliest
 * of them, a claim is a lease, and a lease is a `due` in the future. Three rules keep runs from being
 * stranded: the constructor re-arms the alarm (A), the alarm first sets the next one (B), and a claim is on
 * disk before its effect leaves the object (C).
 */
export class StepKernel {
  readonly #ctx: DurableObjectState;
  readonly #options: StepKernelOptions;
  readonly #storage: KernelStorage;
  readonly #ledger: RunLedger;
  readonly #room: ClaimRoom;
  readonly #transactions: ArmedTransactions;
  readonly #pump: StepPump;
  readonly #now: () => number;
  #otherNotBefore = 0;

  constructor(ctx: DurableObjectState, options: StepKernelOptions) {
    this.#ctx = ctx;
    this.#options = options;
    const { handlers, now = Date.now } = options;
    this.#now = now;
    const storage = new KernelStorage(ctx.storage.sql);
    this.#storage = storage;
    const ledger: RunLedger = new RunLedger(storage, {
      now,
      random: options.random ?? Math.random,
      expressions: options.expressions ?? NO_EXPRESSIONS,
      strikesMax: options.strikesMax ?? STRIKES_MAX,
      onRunSettled: (run) => options.onRunSettled?.(run),
      onEvent: (run, type) => options.onEvent?.(run, type),
      onCancelled: (lease) => attempts.abort(lease, "The step is not wanted any more"),
      claimAtOnce: (run, record, use) => this.#pump.claimAtOnce(run, record, use),
    });
    this.#ledger = ledger;
    const attempts: StepAttempts = new StepAttempts({
      handlers,
      now,
      inputOf: (attempt) => inputOf(ledger.book, attempt),
      runInputOf: (runId) => JSON.parse(storage.input(runId)),
      report: (lease, event) => this.#pump.reported(lease, event),
    });
    const { steps } = storage;
    const { book } = ledger;
    this.#room = new ClaimRoom(handlers, book, attempts);
    const room = this.#room;
    this.#transactions = new ArmedTransactions({
      storage: ctx.storage,
      steps,
      book,
      room,
      otherDue: () => this.#otherDue(),
    });
    const transactions = this.#transactions;
    this.#pump = new StepPump({
      ctx,
      handlers,
      storage,
      ledger,
      attempts,
      room,
      transactions,
      now,
      logger: options.logger,
    });
    // Rule A. An object that was never created has no tables and is left as it is.
    if (!storage.hasTables()) return;
    const dues = steps.agenda().flatMap(({ ready, over }) => [ready ?? Infinity, over ?? Infinity]);
    if (Math.min(...dues) < now() - LATE_MS) this.#pump.beCareful();
    transactions.run(() => this.#endLeasesOfOtherIsolates());
    // Whatever brought the object back, a request or the alarm, work that is due does not wait for another alarm.
    if (steps.agenda().length > 0) this.wake();
  }

  /** Stores a run and arms the alarm, inside the caller's transaction if there is one. False if the run exists. */
  start(run: RunStart): boolean {
    return this.#transactions.run(() => this.#ledger.start(run));
  }

  /** Runs what is due without waiting for the alarm. Calls within one turn make one round. */
  wake(): void {
    this.#pump.wake();
  }

  /** Reports on a claim. False when the lease is not held any more: the report came late and changed nothing. */
  settle(lease: string, outcome: StepOutcome): boolean {
    const isSettled = this.#report(lease, eventOfOutcome(outcome));
    if (isSettled) this.wake();
    return isSettled;
  }

  /** Prolongs a lease, at most up to the attempt's deadline. */
  renew(lease: string): boolean {
    const held = this.#held(lease);
    if (!held) return false;
    const leaseMs = this.#room.leaseMs(this.#ledger.useOf(held));
    return this.#report(lease, { type: "renewed", leaseMs });
  }

  /** The step that the lease still holds, or null when it was lost, settled or cancelled. */
  holds(lease: string): { runId: string; step: string; input: unknown } | null {
    const held = this.#held(lease);
    if (!held) return null;
    const { runId, step } = held;
    return { runId, step, input: JSON.parse(this.#storage.input(runId)) };
  }

  /** Ends a run: now, or once what it did is undone. Handlers in flight see their signal abort; what they report is fenced. */
  cancel(runId: string): boolean {
    return this.#command(() => this.#ledger.cancel(runId));
  }

  /** Begins nothing new in a run until it is resumed. */
  pause(runId: string): boolean {
    return this.#command(() => this.#ledger.pause(runId));
  }

  /** Goes on with a run that was paused, or in which a step has failed for good and waits. */
  resume(runId: string): boolean {
    return this.#command(() => this.#ledger.resume(runId));
  }

  /** Takes up a run that has ended: from a step, or from what failed. */
  retry(runId: string, from: string | null): boolean {
    return this.#command(() => this.#ledger.retry(runId, from));
  }

  /** Takes what somebody outside says to a run. */
  signal(runId: string, signal: Signal): Result<SignalReceipt, SignalRefusal> {
    if (!this.#storage.hasTables()) return refuse("run_not_found", `There is no run ${runId}.`);
    const taken = this.#transactions.run(() => this.#ledger.signals.take(runId, signal));
    if (taken.ok) this.wake();
    return taken;
  }

  /** The events of a run after number `after`, the oldest first. */
  events(runId: string, after: number, limit: number): RunEvent[] {
    return this.#storage.hasTables() ? this.#storage.events(runId, after, limit) : [];
  }

  /** What a run came to; null while it has not completed. */
  output(runId: string): KeptOutput | null {
    const run = this.#storage.hasTables() ? this.#ledger.book.run(runId) : null;
    return run?.status === "completed" ? outputOf(this.#ledger.book, run) : null;
  }

  /** What a step of a run came to; null while it has not completed. */
  stepOutput(runId: string, step: string): unknown {
    if (!this.#storage.hasTables()) return null;
    const state = this.#storage.steps.find(runId, step)?.state;
    return state?.phase === "completed" ? JSON.parse(state.output) : null;
  }

  view(runId: string): RunView | null {
    return this.#storage.hasTables() ? this.#ledger.view(runId) : null;
  }

  /** A run without its steps. */
  header(runId: string): RunHeader | null {
    const run = this.#storage.hasTables() ? this.#ledger.book.run(runId) : null;
    return run && headerOf(this.#ledger.book, run);
  }

  /** What a run was started with. */
  inputOf(runId: string): unknown {
    return this.#storage.hasTables() ? JSON.parse(this.#storage.input(runId)) : null;
  }

  /** The definition that a run is pinned to. */
  definitionOf(runId: string): Definition | null {
    return this.#storage.hasTables() ? (this.#ledger.book.run(runId)?.definition ?? null) : null;
  }

  /** The ids of a run and of the runs under it, those above first. */
  runsUnder(runId: string): string[] {
    return this.#storage.hasTables() ? this.#storage.runsUnder(runId) : [];
  }

  /** What the steps of a run have left, and their items: the JSON of each up to so many bytes, and how long it is. */
  outputs(runId: string, bytesMax: number): Map<string, KeptOutput> {
    if (!this.#storage.hasTables()) return new Map();
    const rows = this.#storage.steps.outputs(runId, bytesMax);
    return new Map(rows.map(({ step, ...kept }) => [step, kept]));
  }

  /** Erases a settled run. A running one stays: cancel it first. */
  forget(runId: string): void {
    if (this.#storage.hasTables()) this.#transactions.run(() => this.#ledger.forget(runId));
  }

  /** Sets the one alarm. Call it after changing what `otherDue` depends on. */
  arm(): void {
    if (this.#storage.hasTables()) this.#transactions.arm();
  }

  /** The object's alarm() calls this. It returns when attempts have begun, so that the next heartbeat can fire. */
  async alarm(): Promise<void> {
    if (!this.#storage.hasTables()) return;
    // Rule B. Whatever happens below, the platform's own few retries are not what brings the object back.
    await armBeforeWork(this.#ctx.storage, this.#now() + HEARTBEAT_MS);
    this.#ledger.book.forgetCounts();
    try {
      await this.#options.onDue?.(this.#now());
    } catch (error) {
      this.#otherNotBefore = this.#now() + POSTPONE_MS;
      this.#options.logger.failed("kernel.on_due.failed", error);
    }
    await this.#pump.pump();
  }

  #report(lease: string, event: StepEvent): boolean {
    if (!this.#storage.hasTables()) return false;
    return this.#transactions.run(() => this.#ledger.report(lease, event));
  }

  #held(lease: string) {
    return this.#storage.hasTables() ? this.#ledger.held(lease) : null;
  }

  #otherDue(): number | null {
    const other = this.#options.otherDue?.() ?? null;
    return other === null ? null : Math.max(other, this.#otherNotBefore);
  }

  /** What another isolate was doing locally is lost; its leases end now rather than when they would run out. */
  #endLeasesOfOtherIsolates(): void {
    for (const { queue } of this.#storage.steps.agenda()) {
      if (!this.#room.isLocal(useOf(queue))) continue;
      for (const record of this.#storage.steps.claimed(queue, CLAIMED_MAX)) {
        this.#ledger.apply(record, { type: "orphaned" });
      }
    }
  }

  #command(change: () => boolean): boolean {
    if (!this.#storage.hasTables()) return false;
    const isDone = this.#transactions.run(change);
    if (isDone) this.wake();
    return isDone;
  }
}
