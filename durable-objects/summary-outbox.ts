/** Changes of an object within this time share one summary. */
export const SUMMARY_DELAY_MS = 1_000;
/** Pause after a summary that the alarm could not write. */
const RETRY_MS = 5_000;

/** An object's summary, as its row is at the moment. */
export type Summary = {
  /** Grows with every change; D1 keeps the summary with the highest one. */
  readonly version: number;
  /** The time by which the lists must have it; null when they do. */
  readonly due: number | null;
  /** Writes it to D1, unless D1 has a newer one. */
  write(): Promise<void>;
};

export type SummarySource = {
  /** Reads the object's row; null for an object that was never created or has erased itself. */
  read(): Summary | null;
  /** Stores when the summary is due and sets the object's alarm, in one transaction. */
  setDue(due: number | null): void;
  now(): number;
  logDeferred(error: unknown): void;
};

/**
 * Keeps an object's row in the lists of D1 up to date. A change of the object stores a new version and a due time in
 * its own transaction, so a crash or a failure of D1 at any point only delays the summary: the alarm writes it.
 */
export class SummaryOutbox {
  readonly #source: SummarySource;

  constructor(source: SummarySource) {
    this.#source = source;
  }

  /**
   * Writes the summary before a client is answered, so that the lists show its change at once. Never fails because of
   * D1: the summary stays due, and the alarm writes it.
   */
  async writeNow(): Promise<void> {
    const summary = this.#source.read();
    if (summary) await this.#write(summary);
  }

  /** Writes the summary in the object's alarm, if it is due. A failure of D1 makes it due again after a pause. */
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
    // Null: another call has written the newest summary during this one.
    if (current === null || current.due === null) return;
    this.#source.setDue(this.#source.now() + RETRY_MS);
  }
}
