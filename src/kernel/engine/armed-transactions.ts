import type { RunBook } from "../ledger/run-book.ts";
import { useOf } from "../rows/step-queue.ts";
import type { QueueAgenda, StepRows } from "../rows/step-rows.ts";
import { type DueReason, nextAlarm } from "../rules/next-alarm.ts";
import type { ClaimRoom } from "./claim-room.ts";

type ArmDeps = {
  readonly storage: DurableObjectStorage;
  readonly steps: StepRows;
  readonly book: RunBook;
  readonly room: ClaimRoom;
  /** When the object wants to wake for reasons of its own. */
  readonly otherDue: () => number | null;
};

/** Transactions at whose end the one alarm is set to the earliest time at which something can be done. */
export class ArmedTransactions {
  readonly #deps: ArmDeps;
  #depth = 0;

  constructor(deps: ArmDeps) {
    this.#deps = deps;
  }

  run<T>(change: () => T): T {
    return this.#commit(() => {
      const result = change();
      this.arm();
      return result;
    });
  }

  /** A transaction that gives the agenda as it is at its end. */
  round(change: () => readonly QueueAgenda[]): void {
    this.#commit(() => this.arm(change()));
  }

  #commit<T>(change: () => T): T {
    if (this.#depth === 0) this.#deps.book.options.expressions.renew?.();
    const result = this.attempt(change);
    if (this.#depth === 0) this.#deps.book.committed();
    return result;
  }

  /** A part of a transaction that may fail by itself. */
  attempt<T>(change: () => T): T {
    const { storage, book } = this.#deps;
    const mark = book.mark();
    this.#depth++;
    try {
      return book.storage.remembering(() => storage.transactionSync(change));
    } catch (error) {
      book.rolledBack(mark);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  arm(agenda: readonly QueueAgenda[] = this.#deps.steps.agenda()): void {
    const { storage, room, otherDue } = this.#deps;
    const reasons: DueReason[] = [{ due: otherDue(), claimable: true }];
    for (const { queue, ready, over, queueBy } of agenda) {
      reasons.push({ due: ready, claimable: ready !== null && room.of(useOf(queue)) > 0 });
      reasons.push({ due: over, claimable: true }, { due: queueBy, claimable: true });
    }
    const due = nextAlarm(reasons);
    if (due === null) void storage.deleteAlarm();
    else void storage.setAlarm(due);
  }
}
