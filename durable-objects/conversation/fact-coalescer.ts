import type { AnswerFact } from "../../src/conversation/answer-fact.ts";

/** Facts that follow one another within this time are stored and sent together. */
const COALESCE_MS = 50;

/**
 * Gathers facts so that a fast model does not cost one write a sentence. The first one after a pause waits only
 * for what comes in the same turn.
 */
export class FactCoalescer {
  readonly #release: (facts: readonly AnswerFact[]) => void;
  #waiting: AnswerFact[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #releasedAt = 0;

  constructor(release: (facts: readonly AnswerFact[]) => void) {
    this.#release = release;
  }

  add(facts: readonly AnswerFact[]): void {
    if (facts.length === 0) return;
    this.#waiting.push(...facts);
    const waitMs = Math.max(0, this.#releasedAt + COALESCE_MS - Date.now());
    this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  flush(): void {
    this.stop();
    const facts = this.#waiting;
    this.#waiting = [];
    if (facts.length === 0) return;
    this.#releasedAt = Date.now();
    this.#release(facts);
  }

  /** Forgets the timer; what waits is lost unless it is flushed. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
