import type { RunStore } from "../ledger/run-store.ts";
import type { Claims } from "./claims.ts";
import type { Transactions } from "./transactions.ts";

/** The logger that the kernel needs, for errors that need human attention. The service's logger implements it. */
export type KernelLogger = {
  failed(
    event: string,
    error: unknown,
    fields?: { readonly runId: string; readonly step: string },
  ): void;
};

/**
 * Delay before work that threw is tried again, in milliseconds, so that a lasting error does not make a busy loop.
 */
export const POSTPONE_MS = 5_000;

type Parts = {
  readonly runs: RunStore;
  readonly claims: Claims;
  readonly transactions: Transactions;
  readonly logger: KernelLogger;
};

/**
 * Makes a part of a round's change. An error undoes that part and no other: it is logged as one of `step`, and
 * `postpone` gets the time of the next try, in milliseconds since the epoch.
 */
export function changePart(
  { runs, claims, transactions, logger }: Parts,
  step: { readonly runId: string; readonly step: string },
  change: () => void,
  postpone: (due: number) => void,
): void {
  const before = claims.count();
  try {
    transactions.runPart(change);
  } catch (error) {
    claims.rollBack(before);
    postpone(runs.now() + POSTPONE_MS);
    logger.failed("kernel.step.postponed", error, step);
  }
}
