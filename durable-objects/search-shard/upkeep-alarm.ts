import { armBeforeWork } from "../../src/kernel/engine/dead-mans-alarm.ts";

/** Time after which an alarm that did not finish is repeated, in milliseconds. */
const DEAD_MAN_MS = 60_000;

/** The alarm of a search shard's object. All times are in milliseconds since the epoch. */
export class UpkeepAlarm {
  readonly #storage: DurableObjectStorage;
  /** The time that is set, as far as this instance knows; 0 while the alarm's work is running. */
  #at: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /**
   * Sets the alarm for the earliest of the times (null for none), unless it is set for that time or earlier, or its work
   * is running.
   */
  arm(times: readonly (number | null)[]): void {
    const due = Math.min(...times.map((time) => time ?? Infinity));
    if (due === Infinity || (this.#at !== null && this.#at <= due)) return;
    this.#at = due;
    void this.#storage.setAlarm(due);
  }

  /** Call before the alarm's work, which is repeated if it does not come to its end. */
  async begin(): Promise<void> {
    this.#at = 0;
    await armBeforeWork(this.#storage, Date.now() + DEAD_MAN_MS);
  }

  /** Call when the alarm's work is done, or not wanted any more. */
  async end(): Promise<void> {
    await this.#storage.deleteAlarm();
    this.#at = null;
  }

  /** Forgets which time is set, so that `arm` sets the alarm in any case. */
  forget(): void {
    this.#at = null;
  }
}
