import type { RunLedger } from "../ledger/run-ledger.ts";
import type { RunStore } from "../ledger/run-store.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { QueueAgenda } from "../rows/step-rows.ts";
import { parseQueue, rankReady } from "../rules/step/queue.ts";
import type { StepEvent } from "../rules/step/step-state.ts";
import { type Attempts, describeTimeout, type StepAttempt } from "./attempts.ts";
import { type Claims, HEARTBEAT_MS, ROUND_MAX } from "./claims.ts";
import { changePart, type KernelLogger, POSTPONE_MS } from "./round-part.ts";
import type { StartedClaims } from "./started-claims.ts";
import type { Transactions } from "./transactions.ts";

/** Passes in one transaction. The alarm fires at once for steps that are left over, since they are due. */
const PASSES_MAX = 10;
/**
 * Pure attempts in one turn of the event loop. They resolve within the turn, so without a bound no other work would
 * run.
 */
const PURE_IN_TURN_MAX = 50;
type EndedAttempt = { readonly lease: string; readonly event: StepEvent };

type StepLoopDeps = {
  readonly ctx: DurableObjectState;
  readonly storage: KernelStorage;
  readonly runs: RunStore;
  readonly attempts: Attempts;
  readonly claims: Claims;
  readonly ledger: RunLedger;
  readonly transactions: Transactions;
  readonly started: StartedClaims;
  readonly logger: KernelLogger;
};

/**
 * Runs rounds. A round is one transaction, which applies the event that ended an attempt, ends waits whose time is over
 * and claims steps that are due, followed by the calls of the handlers of the claimed steps. The event that ends an
 * attempt starts the next round.
 */
export class StepLoop {
  readonly #deps: StepLoopDeps;
  #isWoken = false;
  #pureInTurn = 0;
  #isPureSynced = false;

  constructor(deps: StepLoopDeps) {
    this.#deps = deps;
  }

  /** Schedules a round. Several calls in one turn of the event loop cause one round. */
  wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    this.#deps.ctx.waitUntil(Promise.resolve().then(() => this.run()));
  }

  /**
   * Makes the loop write claims to disk before it calls pure handlers too, until no work is left. Called when work is
   * late, since an earlier isolate may have died: if a handler kills the isolate before its claim is on disk, the claim
   * is lost, and the handler would be called again without end.
   */
  syncPureWork(): void {
    this.#isPureSynced = true;
  }

  /** Runs a round now. Returns when the attempts that the round starts have begun. Never rejects. */
  async run(): Promise<void> {
    this.#isWoken = false;
    let claimed = this.#deps.started.take();
    try {
      if (this.#deps.storage.hasTables()) claimed = [...claimed, ...this.#claimRound(null)];
    } catch (error) {
      this.#logFailure(error);
    }
    try {
      await this.#begin(claimed);
    } catch (error) {
      this.#logFailure(error);
    }
  }

  /**
   * Applies the event that ends an attempt, and claims the next steps in the same transaction. If that fails, the lease
   * expires and the step is retried.
   */
  #report(lease: string, event: StepEvent): void {
    const { ctx, storage, logger } = this.#deps;
    try {
      if (!storage.hasTables()) return;
      const claimed = this.#claimRound({ lease, event });
      ctx.waitUntil(this.#begin(claimed).catch((error: unknown) => this.#logFailure(error)));
    } catch (error) {
      logger.failed("kernel.report.failed", error);
      this.wake();
    }
  }

  /**
   * Runs the transaction of a round: applies the event that ended an attempt, if any, ends waits that are over, and
   * claims due steps.
   */
  #claimRound(ended: EndedAttempt | null): readonly StepAttempt[] {
    const { attempts, claims, ledger, runs, storage, transactions } = this.#deps;
    const { steps } = storage;
    const claimed = claims.beginRound();
    const unbegun = claims.unbegun.take(runs.now());
    try {
      transactions.runRound(() => {
        if (ended) ledger.report(ended.lease, ended.event);
        for (const runId of unbegun) this.#beginSteps(runId);
        let agenda = steps.agenda();
        for (let passes = 0; passes < PASSES_MAX && this.#isDue(agenda); passes++) {
          const isMore = this.#passQueues(agenda, claimed);
          agenda = steps.agenda();
          if (!isMore) break;
        }
        attempts.announceDispatch(claimed);
        return agenda;
      });
    } catch (error) {
      claims.rollBack(0);
      for (const runId of unbegun) claims.unbegun.add(runId, runs.now() + POSTPONE_MS);
      throw error;
    } finally {
      claims.endRound();
    }
    if (claimed.length === 0 && attempts.isIdle()) this.#isPureSynced = false;
    return claimed;
  }

  #isDue(agenda: readonly QueueAgenda[]): boolean {
    const { claims, runs } = this.#deps;
    const time = runs.now();
    return agenda.some(
      ({ queue, ready, over, queueBy }) =>
        (over ?? Infinity) <= time ||
        (queueBy ?? Infinity) <= time ||
        ((ready ?? Infinity) <= time && claims.countFree(parseQueue(queue)) > 0),
    );
  }

  /** Rule C: a claim is on disk before its effect begins, and before work that may have killed an isolate. */
  async #begin(claimed: readonly StepAttempt[]): Promise<void> {
    const { ctx, claims, attempts } = this.#deps;
    const isHarmless = ({ use, state }: StepAttempt) =>
      claims.isPure(use) && state.attempt === 1 && !this.#isPureSynced;
    const harmless = claimed.filter(isHarmless);
    const others = claimed.filter((attempt) => !harmless.includes(attempt));
    if (this.#isTurnFull(harmless.length)) await scheduler.wait(0);
    this.#callHandlers(harmless);
    if (others.length === 0) return;
    try {
      await ctx.storage.sync();
    } catch (error) {
      for (const attempt of others) attempts.remove(attempt);
      throw error;
    }
    this.#callHandlers(others);
  }

  /** Counts pure attempts that are about to begin. Returns true if other work must get a turn first. */
  #isTurnFull(attempts: number): boolean {
    this.#pureInTurn += attempts;
    if (this.#pureInTurn <= PURE_IN_TURN_MAX) return false;
    this.#pureInTurn = attempts;
    return attempts > 0;
  }

  /** Begins attempts and does not wait for them. */
  #callHandlers(claimed: readonly StepAttempt[]): void {
    const { ctx, claims } = this.#deps;
    for (const [use, group] of Map.groupBy(claimed, (attempt) => attempt.use)) {
      if (!claims.isLocal(use)) ctx.waitUntil(this.#dispatch(use, group));
      else for (const attempt of group) ctx.waitUntil(this.#perform(attempt));
    }
  }

  async #perform(attempt: StepAttempt): Promise<void> {
    const { attempts } = this.#deps;
    const event = await attempts.perform(attempt);
    attempts.remove(attempt);
    if (event) this.#report(attempt.state.lease, event);
  }

  async #dispatch(use: string, group: readonly StepAttempt[]): Promise<void> {
    const { attempts } = this.#deps;
    const failure = await attempts.dispatch(use, group);
    if (failure) for (const { state } of group) this.#report(state.lease, failure);
    // Not earlier, so that steps that fell due during the call go into the next call together.
    attempts.endDispatch(use);
    this.wake();
  }

  /** Goes through the queues once. Returns true if another pass may find more. */
  #passQueues(agenda: readonly QueueAgenda[], claimed: readonly StepAttempt[]): boolean {
    const { ledger, claims, runs, storage } = this.#deps;
    const { steps } = storage;
    const isDue = (due: number | null) => due !== null && due <= runs.now();
    let isMore = false;
    if (isDue(agenda[0]?.queueBy ?? null)) {
      isMore = true;
      const tooLong = steps.queuedTooLong(runs.now(), ROUND_MAX);
      for (const record of tooLong) this.#changeStep(record, (fresh) => ledger.expire(fresh));
    }
    for (const { queue, over } of agenda) {
      if (!isDue(over)) continue;
      isMore = true;
      const ended = steps.over(queue, runs.now(), ROUND_MAX);
      for (const record of ended) this.#changeStep(record, (fresh) => this.#endWait(fresh));
    }
    const due = agenda.filter(({ ready }) => isDue(ready)).map(({ queue }) => queue);
    for (const [use, queues] of Map.groupBy(due, parseQueue)) {
      const taken = claimed.filter((attempt) => attempt.use === use).length;
      const most = Math.min(claims.countFree(use), ROUND_MAX - taken);
      for (const record of this.#listReady(queues, most)) {
        const before = claimed.length;
        this.#changeStep(record, (fresh) => this.#claim(use, fresh));
        // A step that ended instead of being claimed may have made a step due in a queue that this pass is done with.
        isMore ||= claimed.length === before;
      }
    }
    return isMore;
  }

  /** Lists at most `most` due steps of a handler's queues, in the order in which they are claimed. */
  #listReady(queues: readonly string[], most: number): StepRecord[] {
    const { runs, storage } = this.#deps;
    const ranked = queues.flatMap((queue) =>
      storage.steps.ready(queue, runs.now(), most).map((record) => {
        const due = record.state.phase === "ready" ? record.state.due : 0;
        return { record, rank: rankReady(queue, due) };
      }),
    );
    if (queues.length > 1) ranked.sort((a, b) => a.rank - b.rank);
    return ranked.slice(0, Math.max(0, most)).map(({ record }) => record);
  }

  #claim(use: string, record: StepRecord): void {
    const { claims, ledger, runs } = this.#deps;
    const state = ledger.apply(record, claims.newClaim(record, use));
    if (state.phase !== "claimed") return;
    if (!claims.hasHandler(use)) {
      const message = `There is no handler ${use}`;
      ledger.apply({ ...record, state }, { type: "failed", message });
      return;
    }
    const run = runs.find(record.runId);
    if (run) claims.add(run, { ...record, state }, use);
  }

  #endWait(record: StepRecord): void {
    const { ledger, attempts, runs } = this.#deps;
    const { state } = record;
    if (!("due" in state) || state.due === null || state.due > runs.now()) return;
    if (state.phase !== "claimed" || !attempts.has(state.lease)) {
      ledger.expire(record);
    } else if (runs.now() < state.deadline) {
      ledger.apply(record, { type: "renewed", leaseMs: HEARTBEAT_MS });
    } else {
      const message = describeTimeout(record);
      attempts.abort(state.lease, message);
      ledger.apply(record, { type: "retried", message });
    }
  }

  /** Decides about the first steps of a run that were left to this round. */
  #beginSteps(runId: string): void {
    const { claims, ledger } = this.#deps;
    const postpone = (due: number) => claims.unbegun.add(runId, due);
    changePart(this.#deps, { runId, step: "*" }, () => ledger.beginSteps(runId), postpone);
  }

  /** Changes one step. An error, for example in `onRunSettled`, postpones this step and no other. */
  #changeStep({ runId, step, state }: StepRecord, change: (fresh: StepRecord) => void): void {
    const { storage, ledger } = this.#deps;
    // An earlier step of this round may have changed it, or ended the run.
    const fresh = storage.steps.find(runId, step);
    if (fresh?.state.phase !== state.phase) return;
    const postpone = (due: number) => void ledger.apply(fresh, { type: "postponed", due });
    changePart(this.#deps, { runId, step }, () => change(fresh), postpone);
  }

  #logFailure(error: unknown): void {
    this.#deps.logger.failed("kernel.round.failed", error);
  }
}
