import type { StepRecord } from "../../../../src/kernel/rows/step-row.ts";
import { isSettledStatus, type SettledStatus } from "../../../../src/kernel/rules/run/run-view.ts";
import { formatLease } from "../../../../src/kernel/rules/step/lease.ts";
import { parseStepName } from "../../../../src/kernel/rules/step/step-name.ts";
import type { StepEvent } from "../../../../src/kernel/rules/step/step-state.ts";
import type { Plan } from "./definitions.ts";
import { buildKernel, type LedgerKernel } from "./ledger-kernel.ts";
import { isSkippedByPerson } from "./reference.ts";
import { SqliteStorage } from "./sqlite-storage.ts";
import { StoredRuns } from "./stored-runs.ts";

/** Id of the run that the tests start. */
export const RUN = "run";
const DAY_MS = 86_400_000;

/** A random command of the tests. `pick` selects the step or run that it applies to, among all that are possible. */
export type Command = { readonly type: CommandType; readonly pick: number };
/** The names of the commands to choose from; one that is listed more often is more likely. */
export const COMMANDS = [
  "claim",
  "work",
  "work",
  "work",
  "retry",
  "lose",
  "late",
  "renew",
  "signal",
  "decide",
  "pause",
  "resume",
  "cancel",
  "again",
  "wait",
  "crash",
  "roll back",
] as const;
type CommandType = (typeof COMMANDS)[number];

class RolledBack extends Error {}

/**
 * Runs a random workflow with the kernel's ledger on Node's SQLite and a clock of its own. Commands replace the
 * engine's loop and the handlers.
 */
export class Driver {
  readonly sqlite = new SqliteStorage();
  readonly stored = new StoredRuns(this.sqlite);
  readonly settled: SettledStatus[] = [];
  now = 1_000_000;
  /** True if the last command that ended the run cancelled it. */
  isCancelled = false;
  readonly #plan: Plan;
  readonly #leases: string[] = [];
  #count = 0;
  #memory: LedgerKernel;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#memory = buildKernel(this);
    this.#change(() => this.#ledger.start({ id: RUN, input: null, ...plan }));
  }

  get #storage() {
    return this.#memory.storage;
  }

  get #ledger() {
    return this.#memory.ledger;
  }

  #change<T>(change: () => T): T {
    return this.#memory.transactions.run(change);
  }

  /** The status of the run. */
  get status() {
    return this.stored.status(RUN);
  }

  /** Executes a command, or does nothing if it applies to nothing. */
  do({ type, pick }: Command): void {
    if (type === "roll back") return this.#rollBack(pick);
    if (type === "crash") {
      this.#memory = buildKernel(this);
      return this.#change(() => this.#orphan());
    }
    if (type === "late") return this.#reportLate(pick);
    if (type === "wait") return void this.#advance(2 * 3_600_000);
    this.#change(() => this.#apply(type, pick));
  }

  /** Runs a command and rolls it back. Throws if anything is left of it. */
  #rollBack(pick: number): void {
    const before = this.sqlite.dump();
    const { isCancelled } = this;
    const { length } = this.settled;
    const type = COMMANDS[pick % COMMANDS.length] ?? "work";
    try {
      this.#change(() => {
        this.#apply(type, pick);
        throw new RolledBack();
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
    }
    this.settled.length = length;
    this.isCancelled = isCancelled;
    if (this.sqlite.dump() !== before) throw new Error("A rollback left something behind");
  }

  /** Reports under a lease from any earlier time that is no longer held. Throws if that changes anything. */
  #reportLate(pick: number): void {
    const lease = this.#leases[pick % Math.max(1, this.#leases.length)];
    if (lease === undefined || this.#ledger.findHeld(lease)) return;
    const before = this.sqlite.dump();
    const isTaken = this.#change(() =>
      this.#ledger.report(lease, { type: "completed", output: '"late"' }),
    );
    if (isTaken || this.sqlite.dump() !== before)
      throw new Error("A late report changed something");
  }

  #apply(type: CommandType, pick: number): void {
    const chosen = this.#choose(pick, type === "claim" ? "ready" : "claimed");
    switch (type) {
      case "claim":
        if (chosen) this.#claim(chosen);
        return;
      case "work":
        if (chosen) this.#report(chosen, this.#makeReport(chosen));
        else this.#claimAll();
        return;
      case "retry":
        if (chosen) this.#report(chosen, { type: "retried", message: "busy" });
        return;
      case "lose":
        if (chosen) this.#ledger.expire(chosen);
        return;
      case "renew":
        if (chosen) this.#report(chosen, { type: "renewed", leaseMs: 30_000 });
        return;
      case "signal":
        return this.#signal("comes");
      case "decide":
        return this.#decideOne(pick);
      case "pause":
        return void this.#ledger.pause(RUN);
      case "resume":
        return void this.#ledger.resume(RUN);
      case "cancel":
        if (pick % 4 === 0 && this.#ledger.cancel(RUN)) this.isCancelled = true;
        return;
      case "again": {
        const steps = Object.keys(this.#plan.definition.steps);
        const from = pick % 3 === 0 ? null : (steps[pick % steps.length] ?? null);
        if (this.#ledger.retry(RUN, from)) this.isCancelled = false;
        return;
      }
      case "late":
      case "wait":
      case "crash":
      case "roll back":
    }
  }

  /** Moves the clock to the alarm if that is within `soonMs`, and ends the waits that are over. */
  #advance(soonMs: number): boolean {
    const { alarm } = this.sqlite;
    if (alarm === null || alarm - this.now > soonMs) return false;
    this.now = Math.max(this.now, alarm);
    this.#change(() => {
      // Decisions and resumes always come before their timeouts here.
      if (this.status === "paused") this.#ledger.resume(RUN);
      for (const record of this.stored.undecided())
        if (isSkippedByPerson(record.step)) this.#decide(record, "skip");
      this.#endWaits();
    });
    return true;
  }

  #endWaits(): void {
    const { steps } = this.#storage;
    for (const { queue } of steps.agenda()) {
      for (const { runId, step } of steps.over(queue, this.now, 100)) {
        const record = steps.find(runId, step);
        if (record && "due" in record.state && (record.state.due ?? Infinity) <= this.now) {
          this.#ledger.expire(record);
        }
      }
    }
  }

  /** Does all work, and advances the clock, until the run has settled. Returns false if it never will. */
  drive(): boolean {
    for (let turn = 0; turn < 2_000 && !isSettledStatus(this.status); turn++) {
      const before = this.sqlite.dump();
      this.#change(() => {
        if (this.status === "paused") this.#ledger.resume(RUN);
        this.#claimAll();
        for (const record of this.stored.inPhase("claimed")) {
          if (this.#storage.steps.phase(record.runId, record.step) !== "claimed") continue;
          this.#report(record, this.#makeReport(record));
        }
        if (this.stored.isAwaited("comes")) this.#signal("comes");
        const held = this.stored.undecided()[0];
        if (held) this.#decide(held, isSkippedByPerson(held.step) ? "skip" : "fail");
      });
      if (this.sqlite.dump() === before && !this.#advance(40 * DAY_MS)) return false;
    }
    return isSettledStatus(this.status);
  }

  #orphan(): void {
    for (const record of this.stored.inPhase("claimed"))
      this.#ledger.apply(record, { type: "orphaned" });
  }

  #choose(pick: number, phase: "ready" | "claimed"): StepRecord | undefined {
    const rows = this.stored.inPhase(phase);
    return rows[pick % Math.max(1, rows.length)];
  }

  #claimAll(): void {
    const { steps } = this.#storage;
    for (const { queue } of steps.agenda()) {
      for (const record of steps.ready(queue, this.now, 100)) this.#claim(record);
    }
  }

  #claim({ runId, step }: StepRecord): void {
    const record = this.#storage.steps.find(runId, step);
    if (record?.state.phase !== "ready") return;
    const lease = formatLease(`nonce-${this.#count++}`, runId, step);
    const state = this.#ledger.apply(record, { type: "claimed", lease, leaseMs: 30_000 });
    if (state.phase === "claimed") this.#leases.push(lease);
  }

  #report({ state }: StepRecord, event: StepEvent): void {
    if (state.phase === "claimed") this.#ledger.report(state.lease, event);
  }

  /** Makes the report of the step's current handler, see `definitions.ts`. */
  #makeReport(record: StepRecord): StepEvent {
    const { index } = parseStepName(record.step);
    const use = this.#ledger.findUse(record);
    const isGood = use === "good@1" || (use === "even@1" && (index ?? 0) % 2 === 0);
    return isGood ? { type: "completed", output: '"done"' } : { type: "failed", message: "bad" };
  }

  #signal(name: string): void {
    for (const runId of this.stored.ids()) {
      const id = `signal-${this.#count++}`;
      this.#ledger.signals.take(runId, { id, name, ...UNSIGNED });
    }
  }

  #decideOne(pick: number): void {
    const held = this.stored.undecided();
    const record = held[pick % Math.max(1, held.length)];
    if (record)
      this.#decide(
        record,
        pick % 2 === 0 ? "retry" : isSkippedByPerson(record.step) ? "skip" : "fail",
      );
  }

  #decide({ runId, step }: StepRecord, action: string): void {
    const id = `decision-${this.#count++}`;
    const decision = { payload: { action }, actor: "ann", reason: "because", event: null };
    this.#ledger.signals.take(runId, { id, name: parseStepName(step).step, ...decision });
  }
}

const UNSIGNED = { payload: null, actor: null, reason: null, event: null };
