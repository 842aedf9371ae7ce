import type { RunExpressions } from "../ledger/run-expressions.ts";
import type { RunStore } from "../ledger/run-store.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { QueueAgenda } from "../rows/step-rows.ts";
import { type DueReason, nextAlarm } from "../rules/next-alarm.ts";
import { parseQueue } from "../rules/step/queue.ts";
import type { Attempts } from "./attempts.ts";
import type { Claims } from "./claims.ts";

type TransactionsDeps = {
  readonly durable: DurableObjectStorage;
  readonly storage: KernelStorage;
  readonly runs: RunStore;
  readonly expressions: RunExpressions;
  readonly attempts: Attempts;
  readonly claims: Claims;
  /** Returns the time at which the object's own work is due. */
  readonly otherDue: (() => number | null) | undefined;
};

const UNWANTED = "The step was cancelled";

/**
 * Transactions that end by setting the one alarm to the earliest time at which work can be done. A commit aborts the
 * attempts at steps that it cancelled. A rollback also resets the caches in memory.
 */
export class Transactions {
  readonly #deps: TransactionsDeps;
  #depth = 0;
  /** Set after the object's own work has failed: it is not due before this time. */
  #otherNotBefore = 0;

  constructor(deps: TransactionsDeps) {
    this.#deps = deps;
  }

  /** Makes a change in one transaction, at whose end the alarm is set. Returns the result of the change. */
  run<T>(change: () => T): T {
    return this.#commit(() => {
      const result = change();
      this.arm();
      return result;
    });
  }

  /** Runs a change that returns the agenda at its end, so that the agenda is read once. */
  runRound(change: () => readonly QueueAgenda[]): void {
    this.#commit(() => this.arm(change()));
  }

  #commit<T>(change: () => T): T {
    const { runs, expressions, attempts } = this.#deps;
    if (this.#depth > 0) return this.runPart(change);
    expressions.renew();
    const result = this.runPart(change);
    for (const lease of runs.takeCancelled()) attempts.abort(lease, UNWANTED);
    return result;
  }

  /** Runs a part of a transaction that can be rolled back separately. */
  runPart<T>(change: () => T): T {
    const { durable, storage, runs } = this.#deps;
    const savepoint = runs.savepoint();
    this.#depth++;
    try {
      return storage.remembering(() => durable.transactionSync(change));
    } catch (error) {
      runs.rollBack(savepoint);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Sets or deletes the alarm. */
  arm(agenda: readonly QueueAgenda[] = this.#deps.storage.steps.agenda()): void {
    const { durable, claims } = this.#deps;
    const reasons: DueReason[] = [{ due: this.#readOtherDue(), claimable: true }];
    for (const { queue, ready, over, queueBy } of agenda) {
      const claimable = ready !== null && claims.countFree(parseQueue(queue)) > 0;
      reasons.push({ due: ready, claimable });
      reasons.push({ due: over, claimable: true }, { due: queueBy, claimable: true });
    }
    const due = nextAlarm(reasons);
    if (due === null) void durable.deleteAlarm();
    else void durable.setAlarm(due);
  }

  /** Postpones the object's own work. */
  postponeOther(until: number): void {
    this.#otherNotBefore = until;
  }

  #readOtherDue(): number | null {
    const other = this.#deps.otherDue?.() ?? null;
    return other === null ? null : Math.max(other, this.#otherNotBefore);
  }
}
