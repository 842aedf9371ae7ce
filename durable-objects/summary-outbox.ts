/**
 * Delay between a change of a Durable Object and the write of its summary (its row in lists) to D1, in milliseconds, so
 * that further changes share the write.
 */
export const SUMMARY_DELAY_MS = 1_000;
/** Pause after the alarm failed to write a summary. */
const RETRY_MS = 5_000;

/** The current summary of a Durable Object: the row by which lists in D1 show it. */
export type Summary = {
  /** A number that grows with every change of the object. D1 keeps the summary with the highest version. */
  readonly version: number;
  /** When the summary must be written to D1, in milliseconds since the epoch; null if D1 has this version. */
  readonly due: number | null;
  /** Writes the summary to D1, unless D1 has a newer one. */
  write(): Promise<void>;
};

/** The Durable Object whose summary a `SummaryOutbox` writes. */
export type SummarySource = {
  /** Reads the current summary; null for an object that was never created or has erased itself. */
  read(): Summary | null;
  /**
   * Stores when the summary must be written (milliseconds since the epoch; null for not at all), and sets the object's
   * alarm, in one transaction.
   */
  setDue(due: number | null): void;
  now(): number;
  logDeferred(error: unknown): void;
};

/**
 * Keeps the row of a Durable Object in the lists of D1 up to date (the outbox pattern). A change of the object stores a
 * new version of the summary and the time when it is due, in the transaction of the change. So a crash or a failure of
 * D1 only delays the summary: the object's alarm writes it.
 */
export class SummaryOutbox {
  readonly #source: SummarySource;

  constructor(source: SummarySource) {
    this.#source = source;
  }

  /**
   * Writes the summary before the client that changed the object gets its response, so that lists show the change at
   * once. If D1 fails, the alarm writes the summary later. Never rejects.
   */
  async writeNow(): Promise<void> {
    const summary = this.#source.read();
    if (summary) await this.#write(summary);
  }

  /**
   * Writes the summary to D1 if it is due; the object's alarm calls this. If D1 fails, it is due again after a pause.
   */
  async writeIfDue(): Promise<void> {
    const summary = this.#source.read();
    if (summary === null || summary.due === null || summary.due > this.#source.now()) return;
    if (!(await this.#write(summary))) this.#postpone();
  }

  /** Returns false when D1 failed. */
  async #write(summary: Summary): Promise<boolean> {
    try {
      await summary.write();
    } catch (error) {
      this.#source.logDeferred(error);
      return false;
    }
    const current = this.#source.read();
    if (!current) return true;
    const isNewest = current.version === summary.version;
    const due = isNewest ? null : this.#source.now() + SUMMARY_DELAY_MS;
    if (due !== current.due) this.#source.setDue(due);
    return true;
  }

  #postpone(): void {
    const current = this.#source.read();
    // Null if another call has written the newest summary during this one.
    if (current === null || current.due === null) return;
    this.#source.setDue(this.#source.now() + RETRY_MS);
  }
}
