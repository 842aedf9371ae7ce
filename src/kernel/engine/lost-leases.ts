import type { RunLedger } from "../ledger/run-ledger.ts";
import type { RunStore } from "../ledger/run-store.ts";
import type { StepRows } from "../rows/step-rows.ts";
import { isQueuedLease } from "../rules/step/lease.ts";
import { parseQueue } from "../rules/step/queue.ts";
import type { Claimed, StepEvent } from "../rules/step/step-state.ts";
import type { Attempts, StepAttempt } from "./attempts.ts";
import type { Claims } from "./claims.ts";

/** More than the maximum number of attempts of one handler at a time. */
const CLAIMED_MAX = 1_000;

type Parts = {
  readonly steps: StepRows;
  readonly claims: Claims;
  readonly ledger: RunLedger;
  readonly runs: RunStore;
};

/** Goes on, when an isolate starts, with the steps that the isolate before it has left. */
export function recoverSteps(parts: Parts, isLost: ((lease: string) => boolean) | undefined): void {
  leaveUnbegunRuns(parts);
  endLostLeases(parts, isLost);
}

/**
 * Ends, when an isolate starts, the leases under which nobody works any more: those of local attempts, which have died
 * with the isolate before, and of dispatched steps those for which `isLost` returns true. Without `isLost`, a
 * dispatched step keeps its lease.
 */
function endLostLeases(
  { steps, claims, ledger, runs }: Parts,
  isLost: ((lease: string) => boolean) | undefined,
): void {
  for (const { queue } of steps.agenda()) {
    const use = parseQueue(queue);
    if (!claims.isLocal(use) && isLost === undefined) continue;
    for (const record of steps.claimed(queue, CLAIMED_MAX)) {
      const { state } = record;
      if (state.phase !== "claimed") continue;
      if (claims.isLocal(use)) ledger.apply(record, { type: "orphaned" });
      else if (isLost?.(state.lease)) {
        ledger.apply(record, endLost(state, runs.now()));
      }
    }
  }
}

/**
 * Leaves the runs to the first round whose first steps were left to one before which the isolate has died: an error in one
 * of them must not keep the object from its start. An object without a handler that leaves steps to a round has no such
 * runs, and reads nothing.
 */
function leaveUnbegunRuns({ steps, claims, runs }: Parts): void {
  if (!claims.leavesSteps()) return;
  for (const runId of steps.unbegun()) claims.unbegun.add(runId, runs.now());
}

/**
 * Hands the steps that no worker has taken to their handlers again, under the same leases: the isolate before may have
 * died before it had sent them. A handler ignores those that it has. Never rejects; the leases end anyway.
 */
export async function sendAgain({ steps, claims, runs }: Parts, attempts: Attempts): Promise<void> {
  for (const { queue } of steps.agenda()) {
    const use = parseQueue(queue);
    if (!claims.isTaken(use)) continue;
    const untaken = steps.claimed(queue, CLAIMED_MAX).flatMap((record): StepAttempt[] => {
      const { runId, state } = record;
      const run = runs.find(runId);
      const isUntaken = state.phase === "claimed" && isQueuedLease(state.lease);
      return run && isUntaken ? [{ ...record, state, use, run }] : [];
    });
    if (untaken.length > 0) await attempts.dispatch(use, untaken);
  }
}

/** The attempt at a step that no worker has taken does not count. */
function endLost({ lease }: Claimed, now: number): StepEvent {
  return isQueuedLease(lease)
    ? { type: "released", message: "The queue lost the step's message" }
    : { type: "postponed", due: now };
}
