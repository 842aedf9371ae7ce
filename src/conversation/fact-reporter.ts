import type { AnswerFact } from "./answer-fact.ts";
import type { Released, ReleasedFacts } from "./generation-client.ts";

/** Time between two reports while a client reads the events, in milliseconds. */
const WATCHED_MS = 50;
/** The longest time between two reports of new facts, in milliseconds. */
const UNWATCHED_MS_MAX = 1_000;
/** A report is made after this time also without new facts, so that the lease is renewed. In milliseconds. */
const HEARTBEAT_MS = 10_000;

/**
 * Reports the facts (entries of an answer's log) that a consumer produces to the conversation object, one report after
 * the other. While a client reads, facts of 50 ms are reported together; while nobody does, the time doubles with each
 * report, up to a second, since each costs rows. The reports also renew the lease; once it has ended, `lost` is called.
 */
export class FactReporter {
  readonly #release: (released: ReleasedFacts) => Promise<Released>;
  readonly #lost: (reason: unknown) => void;
  #stored: number;
  #waiting: AnswerFact[] = [];
  #intervalMs = WATCHED_MS;
  #reportedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reporting: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** `stored` is the number of facts that the object has already. */
  constructor(
    stored: number,
    release: (released: ReleasedFacts) => Promise<Released>,
    lost: (reason: unknown) => void,
  ) {
    this.#stored = stored;
    this.#release = release;
    this.#lost = lost;
    this.#schedule(HEARTBEAT_MS);
  }

  /** Adds facts, which are reported soon. */
  add(facts: readonly AnswerFact[]): void {
    if (facts.length === 0 || this.#isClosed) return;
    const isFirst = this.#waiting.length === 0;
    this.#waiting.push(...facts);
    if (isFirst) this.#schedule(Math.max(0, this.#reportedAt + this.#intervalMs - Date.now()));
  }

  /** Ends the reports, and waits for the one under way. Returns the facts that are not reported yet. */
  async close(): Promise<ReleasedFacts> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#reporting;
    return { from: this.#stored, facts: this.#waiting };
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#reporting = this.#reporting.then(() => this.#report());
    }, ms);
  }

  async #report(): Promise<void> {
    if (this.#isClosed) return;
    const facts = this.#waiting;
    this.#waiting = [];
    try {
      const { held, watched } = await this.#release({ from: this.#stored, facts });
      this.#stored += facts.length;
      if (!held) return this.#end(new LeaseEnded());
      this.#reportedAt = Date.now();
      const doubled = Math.min(UNWATCHED_MS_MAX, this.#intervalMs * 2);
      this.#intervalMs = watched ? WATCHED_MS : doubled;
    } catch (error) {
      // The object stores facts by their place, so that those which it has got are not stored again.
      this.#waiting = [...facts, ...this.#waiting];
      return this.#end(error);
    }
    this.#schedule(this.#waiting.length > 0 ? this.#intervalMs : HEARTBEAT_MS);
  }

  #end(reason: unknown): void {
    this.#isClosed = true;
    this.#lost(reason);
  }
}

/** The reason why the work of a consumer ends without a report: its lease has ended, as after a cancel. */
export class LeaseEnded extends Error {
  override readonly name = "LeaseEnded";
}
