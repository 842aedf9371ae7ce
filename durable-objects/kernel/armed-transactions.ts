import { type DueReason, nextAlarm } from "../../src/kernel/next-alarm.ts";
import type { ClaimRoom } from "./claim-room.ts";
import type { RunBook } from "./ledger/run-book.ts";
import { useOf } from "./step-queue.ts";
import type { QueueAgenda, StepRows } from "./step-rows.ts";

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

  constructor(deps: ArmDeps) {
    this.#deps = deps;
  }

  run<T>(change: () => T): T {
    return this.#transact(() => {
      const result = change();
      this.arm();
      return result;
    });
  }

  /** A transaction that gives the agenda as it is at its end. */
  round(change: () => readonly QueueAgenda[]): void {
    this.#transact(() => this.arm(change()));
  }

  #transact<T>(change: () => T): T {
    const { storage, book } = this.#deps;
    try {
      return book.storage.remembering(() => storage.transactionSync(change));
    } catch (error) {
      book.forgetCounts();
      throw error;
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
