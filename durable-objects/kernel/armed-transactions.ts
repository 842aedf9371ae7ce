import { type DueReason, nextAlarm } from "../../src/kernel/next-alarm.ts";
import type { ClaimRoom } from "./claim-room.ts";
import type { RunBook } from "./ledger/run-book.ts";
import { useOf } from "./step-queue.ts";
import { type StepRows } from "./step-rows.ts";

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
    const result = this.attempt(() => {
      const changed = change();
      this.arm();
      return changed;
    });
    if (this.#depth === 0) this.#deps.book.committed();
    return result;
  }

  /** A part of a transaction that may fail by itself. */
  attempt<T>(change: () => T): T {
    const { storage, book } = this.#deps;
    const mark = book.mark();
    if (this.#depth === 0) book.storage.remember(true);
    this.#depth++;
    try {
      return storage.transactionSync(change);
    } catch (error) {
      book.rolledBack(mark);
      throw error;
    } finally {
      this.#depth--;
      if (this.#depth === 0) book.storage.remember(false);
    }
  }

  arm(): void {
    const { storage, steps, room, otherDue } = this.#deps;
    const reasons: DueReason[] = [
      { due: otherDue(), claimable: true },
      { due: steps.firstQueueBy(), claimable: true },
    ];
    for (const queue of steps.liveQueues()) {
      reasons.push({ due: steps.firstReady(queue), claimable: room.of(useOf(queue)) > 0 });
      reasons.push({ due: steps.firstOver(queue), claimable: true });
    }
    const due = nextAlarm(reasons);
    if (due === null) void storage.deleteAlarm();
    else void storage.setAlarm(due);
  }
}
