import type { Definition } from "../src/kernel/definition.ts";
import { formatLease } from "../src/kernel/lease.ts";
import { type DueReason, nextAlarm } from "../src/kernel/next-alarm.ts";
import { outputsOf, type RunView, type SettledRun } from "../src/kernel/run-view.ts";
import type { StepClaim, StepHandler, StepOutcome } from "../src/kernel/step-handler.ts";
import { eventOfError, eventOfOutcome } from "../src/kernel/step-outcome.ts";
import type { StepEvent, StepState } from "../src/kernel/step-state.ts";
import { logger } from "../src/platform/logger.ts";
import { KernelStorage, type OpenStep } from "./kernel-storage.ts";
import { RunLedger } from "./run-ledger.ts";

export type StepKernelOptions = {
  readonly handlers: Readonly<Record<string, StepHandler>>;
  /** Called synchronously inside the transaction that settles the run, once for each run. */
  readonly onRunSettled?: (run: SettledRun) => void;
  /** When the object wants to wake for reasons of its own; folded into the one alarm. */
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
const DISPATCH_TIMEOUT_MS = 30_000;
/** How long something that threw is left alone, so that an error never becomes a hot loop. */
const POSTPONE_MS = 5_000;

type Claimed = Extract<StepState, { phase: "claimed" }>;
type Attempt = OpenStep & { readonly state: Claimed; readonly use: string };
type LiveAttempt = {
  readonly use: string;
  readonly runId: string;
  readonly controller: AbortController;
};

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
  readonly #now: () => number;
  /** Local attempts of this isolate, by lease. A claimed local step that is not here died with its isolate. */
  readonly #live = new Map<string, LiveAttempt>();
  /** Handlers whose dispatch() is under way; what falls due meanwhile goes into the next call. */
  readonly #dispatching = new Set<string>();
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
      onRunSettled: (run) => this.#runSettled(run),
    });
    // Rule A. An object that was never created has no tables and is left as it is.
    if (this.#storage.hasTables()) this.#transact(() => this.#endLeasesOfOtherIsolates());
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
    const isCancelled = this.#transact(() => this.#ledger.cancel(runId));
    if (isCancelled) this.wake();
    return isCancelled;
  }

  view(runId: string): RunView | null {
    return this.#storage.hasTables() ? this.#ledger.view(runId) : null;
  }

  /** Erases a settled run. A running one stays: cancel it first. */
  forget(runId: string): void {
    this.#transact(() => this.#ledger.forget(runId));
  }

  /** Sets the one alarm. Call it after changing what `otherDue` depends on. */
  arm(): void {
    const other = this.#options.otherDue?.() ?? null;
    const reasons: DueReason[] = [
      { due: other && Math.max(other, this.#otherNotBefore), claimable: true },
    ];
    for (const use of this.#storage.liveUses()) {
      const claimable = !this.#dispatching.has(use) && this.#room(use) > 0;
      reasons.push({ due: this.#storage.firstDue(use, "ready"), claimable });
      reasons.push({ due: this.#storage.firstDue(use, "claimed"), claimable: true });
    }
    const due = nextAlarm(reasons);
    if (due === null) void this.#ctx.storage.deleteAlarm();
    else void this.#ctx.storage.setAlarm(due);
  }

  /** The object's alarm() calls this. It returns when attempts have begun, so that the next heartbeat can fire. */
  async alarm(): Promise<void> {
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
        this.#performLocal(attempts.filter((attempt) => this.#isPure(attempt.use)));
        const effects = attempts.filter((attempt) => !this.#isPure(attempt.use));
        if (effects.length === 0) continue;
        await this.#ctx.storage.sync(); // Rule C.
        this.#performLocal(effects);
        await this.#dispatchAll(effects);
      }
    } catch (error) {
      logger.failed("kernel.pump.failed", error);
    }
  }

  /** Ends leases that ran out and claims what is due, in one transaction. */
  #beginRound(): Attempt[] {
    const attempts: Attempt[] = [];
    try {
      this.#transact(() => {
        const now = this.#now();
        for (const use of this.#storage.liveUses()) {
          for (const open of this.#storage.dueSteps(use, "claimed", now, ROUND_MAX)) {
            this.#guard(open, () => this.#endLease(open));
          }
          if (this.#dispatching.has(use)) continue;
          const room = Math.min(this.#room(use), ROUND_MAX);
          for (const open of this.#storage.dueSteps(use, "ready", now, room)) {
            this.#guard(open, () => this.#claim(use, open, attempts));
          }
        }
      });
    } catch (error) {
      for (const { use, state } of attempts) {
        this.#live.delete(state.lease);
        this.#dispatching.delete(use);
      }
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
    if (handler.kind === "dispatched") this.#dispatching.add(use);
    else this.#live.set(lease, { use, runId: open.runId, controller: new AbortController() });
  }

  #endLease(open: OpenStep): void {
    const { state } = open;
    if (state.phase !== "claimed") return;
    const live = this.#live.get(state.lease);
    if (live && this.#now() < state.deadline) {
      this.#ledger.apply(open, { type: "renewed", leaseMs: HEARTBEAT_MS });
      return;
    }
    live?.controller.abort(outOfTime(open));
    this.#ledger.apply(open, { type: "expired" });
  }

  /** One step whose transition throws (in `onRunSettled`, say) is tried again later and holds nobody up. */
  #guard(open: OpenStep, change: () => void): void {
    try {
      this.#ctx.storage.transactionSync(change);
    } catch (error) {
      this.#ledger.forgetCounts();
      this.#ledger.apply(open, { type: "postponed", due: this.#now() + POSTPONE_MS });
      logger.failed("kernel.step.postponed", error, { runId: open.runId, step: open.step });
    }
  }

  #performLocal(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) {
      const handler = this.#options.handlers[attempt.use];
      const live = this.#live.get(attempt.state.lease);
      if (handler?.kind !== "local" || !live) continue;
      this.#ctx.waitUntil(
        this.#perform(attempt, (context) => handler.run(context), live.controller),
      );
    }
  }

  async #perform(
    attempt: Attempt,
    run: LocalHandler["run"],
    controller: AbortController,
  ): Promise<void> {
    const { runId, step, state } = attempt;
    const timer = setTimeout(
      () => controller.abort(outOfTime(attempt)),
      Math.max(0, state.deadline - this.#now()),
    );
    let event: StepEvent;
    try {
      controller.signal.throwIfAborted();
      const output = await unlessAborted(
        controller.signal,
        run({
          runId,
          step,
          attempt: state.attempt,
          input: JSON.parse(attempt.input),
          outputs: outputsOf(this.#storage.steps(runId)),
          idempotencyKey: `${runId}:${step}`,
          signal: controller.signal,
          deadline: state.deadline,
        }),
      );
      event = eventOfOutcome({ kind: "completed", output });
    } catch (error) {
      event = eventOfError(error);
    } finally {
      clearTimeout(timer);
    }
    this.#live.delete(state.lease);
    this.#reportOrWait(state.lease, event);
  }

  async #dispatchAll(attempts: readonly Attempt[]): Promise<void> {
    const byUse = Map.groupBy(attempts, ({ use }) => use);
    await Promise.all(Array.from(byUse, ([use, group]) => this.#dispatch(use, group)));
  }

  async #dispatch(use: string, attempts: readonly Attempt[]): Promise<void> {
    const handler = this.#options.handlers[use];
    if (handler?.kind !== "dispatched") return;
    const timeout = AbortSignal.timeout(DISPATCH_TIMEOUT_MS);
    try {
      await unlessAborted(timeout, handler.dispatch(attempts.map(claimOf)));
    } catch (error) {
      for (const { state } of attempts) this.#reportOrWait(state.lease, eventOfError(error));
    } finally {
      this.#dispatching.delete(use);
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
    return this.#transact(() => {
      const held = this.#held(lease);
      if (held) this.#ledger.apply(held, event);
      return held !== null;
    });
  }

  #held(lease: string) {
    return this.#storage.hasTables() ? this.#ledger.held(lease) : null;
  }

  #room(use: string): number {
    const handler = this.#options.handlers[use];
    if (handler?.kind === "dispatched") return handler.inFlightMax - this.#ledger.countClaimed(use);
    const running = [...this.#live.values()].filter((attempt) => attempt.use === use);
    return LOCAL_IN_FLIGHT_MAX - running.length;
  }

  #isPure(use: string): boolean {
    const handler = this.#options.handlers[use];
    return handler?.kind === "local" && handler.pure === true;
  }

  #runSettled(run: SettledRun): void {
    for (const attempt of this.#live.values()) {
      if (attempt.runId === run.id) attempt.controller.abort(new Error(`Run ${run.id} has ended`));
    }
    this.#options.onRunSettled?.(run);
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
        this.arm();
        return result;
      });
    } catch (error) {
      this.#ledger.forgetCounts();
      throw error;
    }
  }
}

type LocalHandler = Extract<StepHandler, { kind: "local" }>;

const claimOf = ({ runId, step, state, input }: Attempt): StepClaim => ({
  runId,
  step,
  attempt: state.attempt,
  lease: state.lease,
  input: JSON.parse(input),
});

const outOfTime = ({ runId, step }: OpenStep) =>
  new Error(`The attempt at ${step} of run ${runId} ran out of time`);

/** A handler that does not listen to its signal is not waited for either. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
