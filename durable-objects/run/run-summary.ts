import type { RunHeader } from "../../src/kernel/rules/run/run-view.ts";
import { removeRunSummary, writeRunSummary } from "../../src/platform/databases/run-catalog.ts";
import { logger } from "../../src/platform/logger.ts";
import type { RunTables } from "./run-tables.ts";

/** Changes of a run within this time are one summary for the lists. */
export const SUMMARY_DELAY_MS = 1_000;

export type RunSummaryDeps = {
  readonly catalog: D1Database;
  readonly tables: RunTables;
  header(runId: string): RunHeader | null;
  /** Makes a change and sets the alarm by it, in one transaction. */
  change(change: () => void): void;
};

/** What lists show of the run, told to D1. */
export class RunSummary {
  readonly #deps: RunSummaryDeps;

  constructor(deps: RunSummaryDeps) {
    this.#deps = deps;
  }

  /** The lists show the change at once; if D1 fails, the alarm tells them later and nothing is lost. */
  async writeNow(): Promise<void> {
    try {
      await this.write();
    } catch (error) {
      const runId = this.#deps.tables.frame()?.id ?? "";
      logger.warn("run.summary.deferred", { runId }, error);
    }
  }

  async write(): Promise<void> {
    const { catalog, tables } = this.#deps;
    const frame = tables.frame();
    if (!frame) return;
    const { id, version, scope } = frame;
    const header = this.#deps.header(id);
    const now = Date.now();
    if (frame.deletedAt || !header) await removeRunSummary(catalog, id, now);
    else await writeRunSummary(catalog, scope, { frame, header, version, now });
    this.#deps.change(() => tables.summaryWritten(version, now + SUMMARY_DELAY_MS));
  }
}
