import type { RunExpressions } from "../ledger/run-expressions.ts";
import type { RunStore } from "../ledger/run-store.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { QueueAgenda } from "../rows/step-rows.ts";
import { type DueReason, nextAlarm } from "../rules/next-alarm.ts";
import { isQueuedLease } from "../rules/step/lease.ts";
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
  /** Called with the leases of dispatched steps that were cancelled before a worker has taken them. */
  readonly onUnsent: ((leases: readonly string[]) => void) | undefined;
};

const UNWANTED = "The step was cancelled";

/**
 * Runs changes of the object's database in transactions. Each transaction sets the object's alarm, at its end, to the
 * earliest time at which work can be done. A commit aborts the attempts whose steps were cancelled; a rollback also
 * resets the caches in memory.
 */
export class Transactions {
  readonly #deps: TransactionsDeps;
  #depth = 0;
  /** Set after the object's own work has failed: it is not due before this time. */
  #otherNotBefore = 0;

  constructor(deps: TransactionsDeps) {
    this.#deps = deps;
  }

  /**
   * Runs a change in a transaction that also sets the alarm. Inside an open transaction, runs it in a nested one; the
   * outer one then sets the alarm at its end. Returns the result of the change.
   */
  run<T>(change: () => T): T {
    return this.#commit(() => {
      const result = change();
      if (this.#depth === 1) this.arm();
      return result;
    });
  }

  /**
   * Runs the transaction of a round. `change` returns the times at which the queues need work, which it has read
   * anyway, so that setting the alarm does not read them again.
   */
  runRound(change: () => readonly QueueAgenda[]): void {
    this.#commit(() => this.arm(change()));
  }

  #commit<T>(change: () => T): T {
    const { runs, expressions, attempts, onUnsent } = this.#deps;
    if (this.#depth > 0) return this.runPart(change);
    expressions.renew();
    const result = this.runPart(change);
    const cancelled = runs.takeCancelled();
    for (const lease of cancelled) attempts.abort(lease, UNWANTED);
    const unsent = cancelled.filter(isQueuedLease);
    if (unsent.length > 0) onUnsent?.(unsent);
    return result;
  }

  /** Runs a change in the open transaction; in one of its own if none is open, as `run` does. */
  join(change: () => void): void {
    if (this.#depth > 0) change();
    else this.run(change);
  }

  /**
   * Runs a part of a transaction that can be rolled back separately: if `change` throws, only the writes of this part
   * are undone, and the error is thrown to the caller.
   */
  runPart<T>(change: () => T): T {
    const { durable, storage, runs } = this.#deps;
    const savepoint = runs.savepoint();
    // Writes the earlier changes of the transaction first, so that a rollback of this part keeps them.
    storage.flush();
    this.#depth++;
    try {
      return storage.remembering(() =>
        durable.transactionSync(() => {
          const result = change();
          storage.flush();
          return result;
        }),
      );
    } catch (error) {
      runs.rollBack(savepoint);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /**
   * Sets the alarm to the earliest time at which work is due, or deletes it if there is none. `agenda` has the due
   * times of the queues; a caller that has read them passes them.
   */
  arm(agenda: readonly QueueAgenda[] = this.#deps.storage.steps.agenda()): void {
    const { durable, claims } = this.#deps;
    const reasons: DueReason[] = [
      { due: this.#readOtherDue(), claimable: true },
      { due: claims.unbegun.due(), claimable: true },
    ];
    for (const { queue, ready, over, queueBy } of agenda) {
      const claimable = ready !== null && claims.countFree(parseQueue(queue)) > 0;
      reasons.push({ due: ready, claimable });
      reasons.push({ due: over, claimable: true }, { due: queueBy, claimable: true });
    }
    const due = nextAlarm(reasons);
    if (due === null) void durable.deleteAlarm();
    else void durable.setAlarm(due);
  }

  /**
   * Delays the object's work outside of the kernel, which has just failed: the alarm ignores its due times before
   * `until`, in milliseconds since the epoch.
   */
  postponeOther(until: number): void {
    this.#otherNotBefore = until;
  }

  #readOtherDue(): number | null {
    const other = this.#deps.otherDue?.() ?? null;
    return other === null ? null : Math.max(other, this.#otherNotBefore);
  }
}
