import { KernelStorage, type StoredRun } from "../../../../src/kernel/rows/kernel-storage.ts";
import type { StepRecord } from "../../../../src/kernel/rows/step-row.ts";
import type { RunEvent } from "../../../../src/kernel/rules/run/event.ts";
import type { RunStatus } from "../../../../src/kernel/rules/run/run-view.ts";
import type { SqliteStorage } from "./sqlite-storage.ts";

/** Reads all runs and steps of a storage, by rows of its own that cache nothing of the kernel under test. */
export class StoredRuns {
  readonly #sqlite: SqliteStorage;
  readonly #storage: KernelStorage;

  constructor(sqlite: SqliteStorage) {
    this.#sqlite = sqlite;
    this.#storage = new KernelStorage(sqlite.storage.sql);
  }

  status(runId: string): RunStatus {
    return this.run(runId)?.status ?? "failed";
  }

  run(runId: string): StoredRun | undefined {
    return this.#storage.run(runId);
  }

  ids(): string[] {
    return this.#sqlite.texts("SELECT id FROM kernel_run");
  }

  events(runId: string): RunEvent[] {
    return this.#storage.events(runId, 0, 100_000);
  }

  records(runId: string): StepRecord[] {
    return this.#storage.steps.all(runId);
  }

  /** The time at which the first row is due, computed from the rows themselves. */
  firstDue(): number | null {
    const [row] = this.#sqlite.rows(
      "SELECT min(min(due, coalesce(queue_by, due))) AS first FROM kernel_step WHERE due IS NOT NULL",
    );
    return typeof row?.["first"] === "number" ? row["first"] : null;
  }

  inPhase(phase: "ready" | "claimed"): StepRecord[] {
    return this.#all().filter(({ state }) => state.phase === phase);
  }

  /** Steps that wait for a person's decision. */
  undecided(): StepRecord[] {
    return this.#all().filter(({ state }) => state.phase === "held" && state.because === "human");
  }

  isAwaited(signal: string): boolean {
    return this.#all().some(
      ({ state }) =>
        state.phase === "waiting" && state.wait.for === "signal" && state.wait.name === signal,
    );
  }

  #all(): StepRecord[] {
    return this.ids().flatMap((runId) => this.records(runId));
  }
}
