import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { Attempts, StepAttempt } from "./attempts.ts";
import type { Claims } from "./claims.ts";
import type { Transactions } from "./transactions.ts";

type Parts = {
  readonly storage: KernelStorage;
  readonly attempts: Attempts;
  readonly claims: Claims;
  readonly transactions: Transactions;
};

/**
 * The claims that were made, outside of a round, in the transactions that started their runs. The next round calls the
 * handlers, because the caller's own transaction may still be rolled back.
 */
export class StartedClaims {
  readonly #parts: Parts;
  #started: StepAttempt[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Runs a change in a transaction, and claims the steps that it makes ready, as far as their handlers have capacity.
   * Returns the result of the change.
   */
  claimDuring<T>(change: () => T): T {
    const { claims, transactions } = this.#parts;
    // An open round takes these claims and calls their handlers itself.
    if (claims.isInRound()) return transactions.run(change);
    const before = claims.beginStart(this.#started).length;
    try {
      return transactions.run(change);
    } catch (error) {
      claims.rollBack(before);
      throw error;
    } finally {
      claims.endRound();
    }
  }

  /** Returns the claims whose handlers are to be called, and forgets them. Those that were rolled back are left out. */
  take(): readonly StepAttempt[] {
    if (this.#started.length === 0) return [];
    const { attempts } = this.#parts;
    const [started, hasTables] = [this.#started, this.#parts.storage.hasTables()];
    this.#started = [];
    const stored = started.filter((attempt) => hasTables && this.#isStored(attempt));
    for (const attempt of started) if (!stored.includes(attempt)) attempts.remove(attempt);
    attempts.announceDispatch(stored);
    return stored;
  }

  #isStored({ runId, step, state }: StepAttempt): boolean {
    const found = this.#parts.storage.steps.find(runId, step)?.state;
    return found?.phase === "claimed" && found.lease === state.lease;
  }
}
