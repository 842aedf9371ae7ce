import type { Definition } from "../../src/kernel/definition.ts";
import { formatLease } from "../../src/kernel/lease.ts";
import { type DueReason, nextAlarm } from "../../src/kernel/next-alarm.ts";
import type { RunView, SettledRun } from "../../src/kernel/run-view.ts";
import type { StepHandler, StepOutcome } from "../../src/kernel/step-handler.ts";
import { eventOfOutcome } from "../../src/kernel/step-outcome.ts";
import type { StepEvent } from "../../src/kernel/step-state.ts";
import { logger } from "../../src/platform/logger.ts";
import { KernelStorage, type OpenStep } from "./kernel-storage.ts";
import { RunLedger } from "./run-ledger.ts";
import { type Attempt, outOfTime, StepAttempts } from "./step-attempts.ts";

export type StepKernelOptions = {
  readonly handlers: Readonly<Record<string, StepHandler>>;
  /** Called synchronously inside the transaction that settles the run, once for each run. */
  readonly onRunSettled?: (run: SettledRun) => void;
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
      onRunSettled: (run) => {
        this.#attempts.abortRun(run.id);
        options.onRunSettled?.(run);
      },
    });
    this.#attempts = new StepAttempts({
      handlers: options.handlers,
      now: this.#now,
      states: (runId) => this.#storage.steps(runId),
      report: (lease, event) => this.#reportOrWait(lease, event),
    });
    // Rule A. An object that was never created has no tables and is left as it is.
    if (!this.#storage.hasTables()) return;
    this.#transact(() => this.#endLeasesOfOtherIsolates());
    // Whatever brought the object back, a request or the alarm, work that is due does not wait for another alarm.
    if (this.#storage.liveUses().length > 0) this.wake();
  }

  /** Stores a run and arms the alarm, inside the caller's transaction if there is one. False if the run exists. */
  start(run: { id: string; definition: Definition; input: unknown }): boolean {
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
    const handler = held && this.#options.handlers[held.use];
    const leaseMs = handler?.kind === "dispatched" ? handler.leaseMs : HEARTBEAT_MS;
    return held !== null && this.#report(lease, { type: "renewed", leaseMs });
  }

  /** The step that the lease still holds, or null when it was lost, settled or cancelled. */
  holds(lease: string): { runId: string; step: string; input: unknown } | null {
    const held = this.#held(lease);
    return held && { runId: held.runId, step: held.step, input: JSON.parse(held.input) };
  }

  /** Ends a run now. Handlers in flight see their signal abort, and what they report is fenced. */
  cancel(runId: string): boolean {
    if (!this.#storage.hasTables()) return false;
    const isCancelled = this.#transact(() => this.#ledger.cancel(runId));
    if (isCancelled) this.wake();
    return isCancelled;
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
    this.#ledger.forgetCounts();
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

  /** Ends leases that ran out and claims what is due, in one transaction. */
  #beginRound(): Attempt[] {
    const attempts: Attempt[] = [];
    if (!this.#storage.hasTables()) return attempts;
    try {
      this.#transact(() => {
        const now = this.#now();
        for (const use of this.#storage.liveUses()) {
          for (const open of this.#storage.dueSteps(use, "claimed", now, ROUND_MAX)) {
            this.#guard(open, () => this.#endLease(open));
          }
          if (this.#attempts.isDispatching(use)) continue;
          const room = Math.min(this.#room(use), ROUND_MAX);
          for (const open of this.#storage.dueSteps(use, "ready", now, room)) {
            this.#guard(open, () => this.#claim(use, open, attempts));
          }
        }
      });
    } catch (error) {
      for (const attempt of attempts) this.#attempts.remove(attempt);
      throw error;
    }
    return attempts;
  }

  #claim(use: string, open: OpenStep, attempts: Attempt[]): void {
    const handler = this.#options.handlers[use];
    const lease = formatLease(crypto.randomUUID(), open.runId, open.step);
    const leaseMs = handler?.kind === "dispatched" ? handler.leaseMs : HEARTBEAT_MS;
    const state = this.#ledger.apply(open, { type: "claimed", lease, leaseMs });
    if (state.phase !== "claimed") return;
    const attempt = { ...open, state, use };
    if (!handler) {
      this.#ledger.apply(attempt, { type: "failed", message: `There is no handler ${use}` });
      return;
    }
    attempts.push(attempt);
    this.#attempts.add(attempt);
  }

  #endLease(open: OpenStep): void {
    const { state } = open;
    if (state.phase !== "claimed") return;
    if (this.#attempts.has(state.lease) && this.#now() < state.deadline) {
      this.#ledger.apply(open, { type: "renewed", leaseMs: HEARTBEAT_MS });
      return;
    }
    this.#attempts.abort(state.lease, outOfTime(open));
    this.#ledger.apply(open, { type: "expired" });
  }

  /** One step whose transition throws (in `onRunSettled`, say) is tried again later and holds nobody up. */
  #guard(open: OpenStep, change: () => void): void {
    // A step before it in this round may have ended the run.
    if (this.#storage.step(open.runId, open.step)?.phase !== open.state.phase) return;
    try {
      this.#ctx.storage.transactionSync(change);
    } catch (error) {
      this.#ledger.forgetCounts();
      this.#ledger.apply(open, { type: "postponed", due: this.#now() + POSTPONE_MS });
      logger.failed("kernel.step.postponed", error, { runId: open.runId, step: open.step });
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
    for (const use of this.#storage.liveUses()) {
      const claimable = !this.#attempts.isDispatching(use) && this.#room(use) > 0;
      reasons.push({ due: this.#storage.firstDue(use, "ready"), claimable });
      reasons.push({ due: this.#storage.firstDue(use, "claimed"), claimable: true });
    }
    const due = nextAlarm(reasons);
    if (due === null) void this.#ctx.storage.deleteAlarm();
    else void this.#ctx.storage.setAlarm(due);
  }

  #room(use: string): number {
    const handler = this.#options.handlers[use];
    if (handler?.kind === "dispatched") return handler.inFlightMax - this.#ledger.countClaimed(use);
    return LOCAL_IN_FLIGHT_MAX - this.#attempts.countLive(use);
  }

  #isPure(use: string): boolean {
    const handler = this.#options.handlers[use];
    return handler?.kind === "local" && handler.pure === true;
  }

  /** What another isolate was doing locally is lost; its leases end now rather than when they would run out. */
  #endLeasesOfOtherIsolates(): void {
    for (const use of this.#storage.liveUses()) {
      if (this.#options.handlers[use]?.kind !== "local") continue;
      for (const open of this.#storage.dueSteps(use, "claimed", Infinity, ROUND_MAX)) {
        this.#ledger.apply(open, { type: "postponed", due: this.#now() });
      }
    }
  }

  #transact<T>(change: () => T): T {
    try {
      return this.#ctx.storage.transactionSync(() => {
        const result = change();
        this.#arm();
        return result;
      });
    } catch (error) {
      this.#ledger.forgetCounts();
      throw error;
    }
  }
}
