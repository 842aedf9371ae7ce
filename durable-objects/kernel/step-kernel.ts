import { type Expressions, NO_EXPRESSIONS } from "../../src/kernel/expressions.ts";
import { type DueReason, nextAlarm } from "../../src/kernel/next-alarm.ts";
import type { RunEvent } from "../../src/kernel/run/event.ts";
import type { RunView, SettledRun } from "../../src/kernel/run/run-view.ts";
import type { Signal, SignalReceipt, SignalRefusal } from "../../src/kernel/run/signal.ts";
import { refuse } from "../../src/kernel/run/signal.ts";
import type { StepHandlers, StepOutcome } from "../../src/kernel/step-handler.ts";
import { formatLease } from "../../src/kernel/step/lease.ts";
import { idempotencyKeyOf, parseStepName, undoneBy } from "../../src/kernel/step/step-name.ts";
import { eventOfOutcome } from "../../src/kernel/step/step-outcome.ts";
import { type StepEvent, workOf } from "../../src/kernel/step/step-state.ts";
import { logger } from "../../src/platform/logger.ts";
import type { Result } from "../../src/result.ts";
import { KernelStorage, type StoredRun } from "./kernel-storage.ts";
import { RunLedger, type RunStart } from "./ledger/run-ledger.ts";
import { outputOf } from "./ledger/run-output.ts";
import { type Attempt, type AttemptInput, outOfTime, StepAttempts } from "./step-attempts.ts";
import { type StepRecord, useOf } from "./step-rows.ts";

export type StepKernelOptions = {
  readonly handlers: StepHandlers;
  /** The language of conditions and templates; without one, definitions cannot have any. */
  readonly expressions?: Expressions;
  /** Called synchronously inside the transaction that settles the run, once for each run. */
  readonly onRunSettled?: (run: SettledRun) => void;
  /** Called synchronously after something was logged about a run, inside the transaction. */
  readonly onEvent?: (run: StoredRun) => void;
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

/** A local step's lease; the alarm renews it while the handler runs, which is also the object's heartbeat. */
const HEARTBEAT_MS = 30_000;
/** Local attempts of one handler that run at a time in one object. */
const LOCAL_IN_FLIGHT_MAX = 8;
/** Claims in one dispatch() call: what a queue takes in one batch. Also bounds a round of the pump. */
const ROUND_MAX = 100;
/** How long something that threw is left alone, so that an error never becomes a hot loop. */
const POSTPONE_MS = 5_000;
const STRIKES_MAX = 5;

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
  readonly #attempts: StepAttempts;
  readonly #now: () => number;
  #pumpIsComing = false;
  #otherNotBefore = 0;

  constructor(ctx: DurableObjectState, options: StepKernelOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#storage = new KernelStorage(ctx.storage.sql);
    this.#ledger = new RunLedger(this.#storage, {
      now: this.#now,
      random: options.random ?? Math.random,
      expressions: options.expressions ?? NO_EXPRESSIONS,
      strikesMax: options.strikesMax ?? STRIKES_MAX,
      onRunSettled: (run) => options.onRunSettled?.(run),
      onEvent: (run) => options.onEvent?.(run),
      onCancelled: (lease) => this.#attempts.abort(lease, "The step is not wanted any more"),
    });
    this.#attempts = new StepAttempts({
      handlers: options.handlers,
      now: this.#now,
      inputOf: (attempt) => this.#inputOf(attempt),
      runInputOf: (runId) => JSON.parse(this.#storage.input(runId)),
      report: (lease, event) => this.#reportOrWait(lease, event),
    });
    // Rule A. An object that was never created has no tables and is left as it is.
    if (!this.#storage.hasTables()) return;
    this.#transact(() => this.#endLeasesOfOtherIsolates());
    // Whatever brought the object back, a request or the alarm, work that is due does not wait for another alarm.
    if (this.#storage.steps.liveQueues().length > 0) this.wake();
  }

  /** Stores a run and arms the alarm, inside the caller's transaction if there is one. False if the run exists. */
  start(run: RunStart): boolean {
    return this.#transact(() => this.#ledger.start(run));
  }

  /** Runs what is due without waiting for the alarm. Calls within one turn make one round. */
  wake(): void {
    if (this.#pumpIsComing) return;
    this.#pumpIsComing = true;
    this.#ctx.waitUntil(Promise.resolve().then(() => this.#pump()));
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
    const handler = held && this.#options.handlers[this.#useOf(held)];
    const leaseMs = handler?.kind === "dispatched" ? handler.leaseMs : HEARTBEAT_MS;
    return held !== null && this.#report(lease, { type: "renewed", leaseMs });
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
    const taken = this.#transact(() => this.#ledger.signals.take(runId, signal));
    if (taken.ok) this.wake();
    return taken;
  }

  /** The events of a run after number `after`, the oldest first. */
  events(runId: string, after: number, limit: number): RunEvent[] {
    return this.#storage.hasTables() ? this.#storage.events(runId, after, limit) : [];
  }

  /** What a run came to, or one of its steps; null while it has not completed. */
  output(runId: string, step: string | null = null): unknown {
    const run = this.#storage.hasTables() ? this.#ledger.book.run(runId) : null;
    if (!run) return null;
    if (step === null) {
      return run.status === "completed" ? JSON.parse(outputOf(this.#ledger.book, run)) : null;
    }
    const state = this.#storage.steps.find(runId, step)?.state;
    return state?.phase === "completed" ? JSON.parse(state.output) : null;
  }

  view(runId: string): RunView | null {
    return this.#storage.hasTables() ? this.#ledger.view(runId) : null;
  }

  /** Erases a settled run. A running one stays: cancel it first. */
  forget(runId: string): void {
    if (this.#storage.hasTables()) this.#transact(() => this.#ledger.forget(runId));
  }

  /** Sets the one alarm. Call it after changing what `otherDue` depends on. */
  arm(): void {
    if (this.#storage.hasTables()) this.#arm();
  }

  /** The object's alarm() calls this. It returns when attempts have begun, so that the next heartbeat can fire. */
  async alarm(): Promise<void> {
    if (!this.#storage.hasTables()) return;
    // Rule B. Whatever happens below, the platform's own few retries are not what brings the object back.
    void this.#ctx.storage.setAlarm(this.#now() + HEARTBEAT_MS);
    await this.#ctx.storage.sync();
    this.#ledger.book.forgetCounts();
    try {
      await this.#options.onDue?.(this.#now());
    } catch (error) {
      this.#otherNotBefore = this.#now() + POSTPONE_MS;
      logger.failed("kernel.on_due.failed", error);
    }
    await this.#pump();
  }

  async #pump(): Promise<void> {
    this.#pumpIsComing = false;
    try {
      for (;;) {
        const attempts = this.#beginRound();
        if (attempts.length === 0) return;
        const effects = attempts.filter((attempt) => !this.#isPure(attempt.use));
        this.#perform(attempts.filter((attempt) => this.#isPure(attempt.use)));
        if (effects.length === 0) continue;
        await this.#makeDurable(effects);
        this.#perform(effects);
      }
    } catch (error) {
      logger.failed("kernel.pump.failed", error);
    }
  }

  /** Ends what is over and claims what is due, in one transaction. */
  #beginRound(): Attempt[] {
    const attempts: Attempt[] = [];
    if (!this.#storage.hasTables()) return attempts;
    try {
      this.#transact(() => this.#fillRound(attempts));
    } catch (error) {
      for (const attempt of attempts) this.#attempts.remove(attempt);
      throw error;
    }
    return attempts;
  }

  #fillRound(attempts: Attempt[]): void {
    const { steps } = this.#storage;
    const now = this.#now();
    for (const record of steps.queuedTooLong(now, ROUND_MAX)) {
      this.#guard(record, (fresh) => this.#ledger.expire(fresh));
    }
    for (const queue of steps.liveQueues()) {
      const use = useOf(queue);
      for (const record of steps.over(queue, now, ROUND_MAX)) {
        this.#guard(record, (fresh) => this.#endWait(fresh));
      }
      if (this.#attempts.isDispatching(use)) continue;
      const room = Math.min(this.#room(use), ROUND_MAX);
      for (const record of steps.ready(queue, now, room)) {
        this.#guard(record, (fresh) => this.#claim(use, fresh, attempts));
      }
    }
  }

  #claim(use: string, record: StepRecord, attempts: Attempt[]): void {
    const handler = this.#options.handlers[use];
    const lease = formatLease(crypto.randomUUID(), record.runId, record.step);
    const leaseMs = handler?.kind === "dispatched" ? handler.leaseMs : HEARTBEAT_MS;
    const state = this.#ledger.apply(record, { type: "claimed", lease, leaseMs });
    if (state.phase !== "claimed") return;
    if (!handler) {
      const message = `There is no handler ${use}`;
      this.#ledger.apply({ ...record, state }, { type: "failed", message });
      return;
    }
    if (handler.kind === "local" && handler.pure !== true) this.#ledger.started(record, state);
    const attempt = { ...record, state, use };
    attempts.push(attempt);
    this.#attempts.add(attempt);
  }

  #endWait(record: StepRecord): void {
    const { state } = record;
    if (!("due" in state) || state.due === null || state.due > this.#now()) return;
    if (state.phase !== "claimed" || !this.#attempts.has(state.lease)) {
      this.#ledger.expire(record);
    } else if (this.#now() < state.deadline) {
      this.#ledger.apply(record, { type: "renewed", leaseMs: HEARTBEAT_MS });
    } else {
      const message = outOfTime(record);
      this.#attempts.abort(state.lease, message);
      this.#ledger.apply(record, { type: "retried", message });
    }
  }

  /** One step whose transition throws (in `onRunSettled`, say) is tried again later and holds nobody up. */
  #guard({ runId, step, state }: StepRecord, change: (fresh: StepRecord) => void): void {
    // A step before it in this round may have changed it, or ended the run.
    const fresh = this.#storage.steps.find(runId, step);
    if (fresh?.state.phase !== state.phase) return;
    try {
      this.#ctx.storage.transactionSync(() => change(fresh));
    } catch (error) {
      this.#ledger.book.forgetCounts();
      this.#ledger.apply(fresh, { type: "postponed", due: this.#now() + POSTPONE_MS });
      logger.failed("kernel.step.postponed", error, { runId, step });
    }
  }

  /** Rule C. */
  async #makeDurable(attempts: readonly Attempt[]): Promise<void> {
    try {
      await this.#ctx.storage.sync();
    } catch (error) {
      for (const attempt of attempts) this.#attempts.remove(attempt);
      throw error;
    }
  }

  /** Begins attempts and does not wait for them: they report, and every report wakes the pump. */
  #perform(attempts: readonly Attempt[]): void {
    const byUse = Map.groupBy(attempts, ({ use }) => use);
    for (const [use, group] of byUse) {
      if (this.#options.handlers[use]?.kind === "dispatched") {
        this.#ctx.waitUntil(this.#attempts.dispatch(use, group).then(() => this.wake()));
        continue;
      }
      for (const attempt of group) this.#ctx.waitUntil(this.#attempts.perform(attempt));
    }
  }

  /** When even the report throws, the lease runs out and the step is tried again. */
  #reportOrWait(lease: string, event: StepEvent): void {
    try {
      this.#report(lease, event);
    } catch (error) {
      logger.failed("kernel.report.failed", error);
    }
    this.wake();
  }

  #report(lease: string, event: StepEvent): boolean {
    if (!this.#storage.hasTables()) return false;
    return this.#transact(() => {
      const held = this.#ledger.held(lease);
      if (held) this.#ledger.apply(held, event);
      return held !== null;
    });
  }

  #held(lease: string) {
    return this.#storage.hasTables() ? this.#ledger.held(lease) : null;
  }

  #arm(): void {
    const other = this.#options.otherDue?.() ?? null;
    const reasons: DueReason[] = [
      { due: other && Math.max(other, this.#otherNotBefore), claimable: true },
    ];
    const { steps } = this.#storage;
    reasons.push({ due: steps.firstQueueBy(), claimable: true });
    for (const queue of steps.liveQueues()) {
      const use = useOf(queue);
      const claimable = !this.#attempts.isDispatching(use) && this.#room(use) > 0;
      reasons.push({ due: steps.firstReady(queue), claimable });
      reasons.push({ due: steps.firstOver(queue), claimable: true });
    }
    const due = nextAlarm(reasons);
    if (due === null) void this.#ctx.storage.deleteAlarm();
    else void this.#ctx.storage.setAlarm(due);
  }

  #room(use: string): number {
    const handler = this.#options.handlers[use];
    if (handler?.kind === "dispatched") {
      const { book } = this.#ledger;
      const room = handler.inFlightMax - book.countClaimed(use);
      if (room > 0 || book.hasClaimed(use)) return room;
      // At its bound with nothing in flight: what was counted was rolled back, or the storage was emptied.
      book.forgetCounts();
      return handler.inFlightMax - book.countClaimed(use);
    }
    return LOCAL_IN_FLIGHT_MAX - this.#attempts.countLive(use);
  }

  #isPure(use: string): boolean {
    const handler = this.#options.handlers[use];
    return handler?.kind === "local" && handler.pure === true;
  }

  /** What another isolate was doing locally is lost; its leases end now rather than when they would run out. */
  #endLeasesOfOtherIsolates(): void {
    for (const queue of this.#storage.steps.liveQueues()) {
      if (this.#options.handlers[useOf(queue)]?.kind !== "local") continue;
      for (const record of this.#storage.steps.claimed(queue, ROUND_MAX)) {
        this.#ledger.apply(record, { type: "orphaned" });
      }
    }
  }

  #useOf({ runId, step, state }: StepRecord): string {
    const run = this.#ledger.book.run(runId);
    const choice = "choice" in state ? state.choice : 0;
    return run ? workOf(this.#ledger.book.definitionOf(run, step), choice).use : "";
  }

  #inputOf({ runId, step, state, epoch, ...record }: Attempt): AttemptInput {
    const { book } = this.#ledger;
    const run = book.run(runId);
    if (!run) throw new Error(`Run ${runId} is gone`);
    const definition = book.definitionOf(run, step);
    // What undoes a step needs what that step left.
    const needs = parseStepName(step).isUndo ? [undoneBy(step)] : (definition.needs ?? []);
    const needed = this.#storage.steps.named(runId, needs);
    const outputs = needed.flatMap((need) =>
      need.state.phase === "completed"
        ? [[parseStepName(need.step).step, JSON.parse(need.state.output)] as const]
        : [],
    );
    return {
      input: JSON.parse(this.#storage.input(runId)),
      with: book.fill(
        run,
        { ...record, runId, step, state, epoch },
        workOf(definition, state.choice),
      ),
      outputs: Object.fromEntries(outputs),
      idempotencyKey: idempotencyKeyOf(runId, step, epoch, state.choice),
    };
  }

  #command(change: () => boolean): boolean {
    if (!this.#storage.hasTables()) return false;
    const isDone = this.#transact(change);
    if (isDone) this.wake();
    return isDone;
  }

  #transact<T>(change: () => T): T {
    try {
      return this.#ctx.storage.transactionSync(() => {
        const result = change();
        this.#arm();
        return result;
      });
    } catch (error) {
      this.#ledger.book.forgetCounts();
      throw error;
    }
  }
}
