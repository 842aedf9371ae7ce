import { KernelStorage, type StoredRun } from "../../../../src/kernel/rows/kernel-storage.ts";
import type { StepRecord } from "../../../../src/kernel/rows/step-row.ts";
import type { RunEvent } from "../../../../src/kernel/rules/run/event.ts";
import type { RunStatus } from "../../../../src/kernel/rules/run/run-view.ts";
import type { SqliteStorage } from "./sqlite-storage.ts";

/** Reads runs and steps from a storage without the caches of the kernel under test. */
export class StoredRuns {
  readonly #sqlite: SqliteStorage;
  readonly #storage: KernelStorage;

  constructor(sqlite: SqliteStorage) {
    this.#sqlite = sqlite;
    this.#storage = new KernelStorage(sqlite.storage.sql);
  }

  /** Returns the status of a run; `failed` if it does not exist. */
  status(runId: string): RunStatus {
    return this.run(runId)?.status ?? "failed";
  }

  /** Reads the row of a run; undefined if it does not exist. */
  run(runId: string): StoredRun | undefined {
    return this.#storage.run(runId);
  }

  /** Lists the ids of all runs. */
  ids(): string[] {
    return this.#sqlite.texts("SELECT id FROM kernel_run");
  }

  /** Reads all events of a run, oldest first. */
  events(runId: string): RunEvent[] {
    return this.#storage.events(runId, 0, 100_000);
  }

  /** Reads all rows of a run's steps, items and undos. */
  records(runId: string): StepRecord[] {
    return this.#storage.steps.all(runId);
  }

  /** Returns the earliest time at which any row is due, computed from the rows themselves; null if there is none. */
  firstDue(): number | null {
    const [row] = this.#sqlite.rows(
      "SELECT min(min(due, coalesce(queue_by, due))) AS first FROM kernel_step WHERE due IS NOT NULL",
    );
    return typeof row?.["first"] === "number" ? row["first"] : null;
  }

  /** Lists the rows of all runs that are in a phase. */
  inPhase(phase: "ready" | "claimed"): StepRecord[] {
    return this.#all().filter(({ state }) => state.phase === phase);
  }

  /** Lists the rows of all runs that wait for a person's decision. */
  undecided(): StepRecord[] {
    return this.#all().filter(({ state }) => state.phase === "held" && state.because === "human");
  }

  /** Tests whether any step waits for the signal of this name. */
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
