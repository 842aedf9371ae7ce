import type { RunLedger } from "../ledger/run-ledger.ts";
import type { RunStore } from "../ledger/run-store.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { Attempts, StepWork } from "./attempts.ts";
import type { Claims } from "./claims.ts";
import type { Transactions } from "./transactions.ts";

/** A step that a lease holds, with its run's input. */
export type HeldStep = { readonly runId: string; readonly step: string; readonly input: unknown };

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
    const { claims, ledger, runs, transactions } = this.#parts;
    const held = ledger.findHeld(lease);
    if (held?.state.phase !== "claimed" || held.state.deadline <= runs.now()) return null;
    const taken = claims.newLease(held);
    const event = { type: "taken", lease: taken, leaseMs: this.#workMs(held) } as const;
    transactions.run(() => ledger.take(held, event));
    return taken;
  }

  /** Renews a lease. */
  renew(lease: string): boolean {
    const { ledger, transactions } = this.#parts;
    const held = ledger.findHeld(lease);
    if (!held) return false;
    const leaseMs = this.#workMs(held);
    return transactions.run(() => ledger.report(lease, { type: "renewed", leaseMs }));
  }

  /** Renews a lease of which less than half is left. */
  keep(lease: string): boolean {
    const { ledger, runs } = this.#parts;
    const held = ledger.findHeld(lease);
    if (held?.state.phase !== "claimed") return false;
    return held.state.due - runs.now() > this.#workMs(held) / 2 || this.renew(lease);
  }

  /** Finds the step that a lease holds. */
  holds(lease: string): HeldStep | null {
    const { ledger, storage } = this.#parts;
    const held = ledger.findHeld(lease);
    if (!held) return null;
    const { runId, step } = held;
    return { runId, step, input: JSON.parse(storage.input(runId)) };
  }

  /** Reads the work of the step that a lease holds. */
  readWork(lease: string): StepWork | null {
    const { attempts, ledger, runs } = this.#parts;
    const held = ledger.findHeld(lease);
    const run = held && runs.find(held.runId);
    if (!run || held.state.phase !== "claimed") return null;
    return attempts.readWork({ ...held, state: held.state, use: ledger.findUse(held), run });
  }

  #workMs(held: StepRecord): number {
    return this.#parts.claims.workMs(this.#parts.ledger.findUse(held));
  }
}
