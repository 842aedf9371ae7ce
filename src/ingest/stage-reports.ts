import { scheduler } from "node:timers/promises";

import type { FileStage } from "../knowledge/file-stage.ts";
import type { StageNote } from "../knowledge/vector-store-types.ts";
import type { IngestTask } from "./ingest-types.ts";

/** Pause before stages are reported: files that are through by then cost no call. */
const PAUSE_MS = 500;
/** Stages that do not change are reported again after this many pauses, for an object that has restarted. */
const SILENT_PAUSES_MAX = 20;

/**
 * Reports the stages of files that are being indexed, while that takes a while: the latest stage of each file that is
 * still open, all in one call, at most every 500 ms. `send` must not throw. Nothing waits for a report, and a lost one
 * is harmless.
 */
export class StageReports {
  readonly #send: (notes: readonly StageNote[]) => Promise<void>;
  readonly #open = new Map<string, StageNote>();
  #isRunning = false;
  #isChanged = false;

  constructor(send: (notes: readonly StageNote[]) => Promise<void>) {
    this.#send = send;
  }

  /** Notes the stage that a file has reached. */
  note({ fileId, version, lease }: IngestTask, stage: FileStage): void {
    this.#open.set(lease, { fileId, version, lease, stage });
    this.#isChanged = true;
    if (!this.#isRunning) void this.#run();
  }

  /** Notes that a file has its outcome, and is no longer reported. */
  end({ lease }: Pick<IngestTask, "lease">): void {
    this.#open.delete(lease);
  }

  /** Ends all reports. */
  close(): void {
    this.#open.clear();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let silent = 0; ; silent++) {
      await scheduler.wait(PAUSE_MS);
      if (this.#open.size === 0) break;
      if (!this.#isChanged && silent < SILENT_PAUSES_MAX) continue;
      silent = 0;
      this.#isChanged = false;
      await this.#send([...this.#open.values()]);
    }
    this.#isRunning = false;
  }
}
