import type { AnswerFact } from "../../../src/conversation/answer-fact.ts";
import type { AnswerStream } from "../responses/answer-stream.ts";
import type { LiveResponse, Responses } from "../responses/responses.ts";

/** Facts within this time are stored and sent together. */
const COALESCE_MS = 50;

/**
 * Stores the facts (entries of the answer's log) of one attempt to produce an answer and sends their events. Facts are
 * stored in groups, so that a fast model does not cost a write for each sentence. After a pause, the first fact waits
 * only for other facts of the same turn of the event loop.
 */
export class AnswerWriter {
  readonly #responses: Responses;
  readonly #response: LiveResponse;
  readonly #stream: AnswerStream;
  readonly #signal: AbortSignal;
  #waiting: AnswerFact[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #releasedAt = 0;

  constructor(
    responses: Responses,
    { response, stream }: { readonly response: LiveResponse; readonly stream: AnswerStream },
    signal: AbortSignal,
  ) {
    this.#responses = responses;
    this.#response = response;
    this.#stream = stream;
    this.#signal = signal;
  }

  /** Adds entries of the answer's log. */
  add(facts: readonly AnswerFact[]): void {
    if (facts.length === 0) return;
    this.#waiting.push(...facts);
    const waitMs = Math.max(0, this.#releasedAt + COALESCE_MS - Date.now());
    this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  /**
   * Stores the `AnswerFact`s of this attempt that still wait in memory, and sends their events to the clients that watch,
   * unless the attempt was aborted. Call this when the attempt has ended, also after an error.
   */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const facts = this.#waiting;
    this.#waiting = [];
    if (facts.length === 0) return;
    this.#releasedAt = Date.now();
    if (!this.#signal.aborted) this.#responses.release(this.#response.id, this.#stream, facts);
  }
}
