import type { RunLedger } from "../ledger/run-ledger.ts";
import type { RunStore } from "../ledger/run-store.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { Claimed } from "../rules/step/step-state.ts";
import type { Attempts, StepWork } from "./attempts.ts";
import type { Claims } from "./claims.ts";
import type { Transactions } from "./transactions.ts";

/** The message of an attempt that a worker would begin, or go on with, after its deadline. */
const LATE = "The attempt did not end in time";

/** A step that a lease holds, with its run's input. `deadline`, in milliseconds since the epoch, is the end of its attempt. */
export type HeldStep = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly deadline: number;
  readonly input: unknown;
};

type HeldRecord = StepRecord & { readonly state: Claimed };

type Parts = {
  readonly storage: KernelStorage;
  readonly runs: RunStore;
  readonly attempts: Attempts;
  readonly claims: Claims;
  readonly ledger: RunLedger;
  readonly transactions: Transactions;
};

/** The leases under which workers outside of the object do steps. `StepKernel` documents the methods. */
export class WorkerLeases {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Gives a step to a worker under a new lease. */
  take(lease: string): string | null {
    const { claims, ledger, transactions } = this.#parts;
    const held = this.#findInTime(lease);
    if (!held) return null;
    const taken = claims.newLease(held);
    const event = { type: "taken", lease: taken, leaseMs: this.#workMs(held) } as const;
    transactions.run(() => ledger.take(held, event));
    return taken;
  }

  /** Renews a lease. */
  renew(lease: string): boolean {
    const { ledger, transactions } = this.#parts;
    const held = this.#findInTime(lease);
    if (!held) return false;
    const leaseMs = this.#workMs(held);
    return transactions.run(() => ledger.report(lease, { type: "renewed", leaseMs }));
  }

  /** Renews a lease of which less than `leftMs` is left, by default half. */
  keep(lease: string, leftMs?: number): boolean {
    const held = this.#findInTime(lease);
    if (!held) return false;
    const least = leftMs ?? this.#workMs(held) / 2;
    return held.state.due - this.#parts.runs.now() > least || this.renew(lease);
  }

  /** Finds the step that a lease holds. */
  holds(lease: string): HeldStep | null {
    const held = this.#find(lease);
    if (!held) return null;
    const { runId, step, state } = held;
    const { attempt, deadline } = state;
    const input: unknown = JSON.parse(this.#parts.storage.input(runId));
    return { runId, step, attempt, deadline, input };
  }

  /** Reads the work of the step that a lease holds. */
  readWork(lease: string): StepWork | null {
    const { attempts, ledger, runs } = this.#parts;
    const held = ledger.findHeld(lease);
    const run = held && runs.find(held.runId);
    if (!run || held.state.phase !== "claimed") return null;
    return attempts.readWork({ ...held, state: held.state, use: ledger.findUse(held), run });
  }

  /** Finds the step that a lease holds. One whose attempt has reached its deadline loses the lease at once. */
  #findInTime(lease: string): HeldRecord | null {
    const { ledger, runs, transactions } = this.#parts;
    const held = this.#find(lease);
    if (!held || held.state.deadline > runs.now()) return held;
    transactions.run(() => ledger.report(lease, { type: "expired", message: LATE }));
    return null;
  }

  #find(lease: string): HeldRecord | null {
    const held = this.#parts.ledger.findHeld(lease);
    return held?.state.phase === "claimed" ? { ...held, state: held.state } : null;
  }

  #workMs(held: StepRecord): number {
    return this.#parts.claims.workMs(this.#parts.ledger.findUse(held));
  }
}
