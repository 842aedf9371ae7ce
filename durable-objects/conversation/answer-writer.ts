import type { AnswerFact } from "../../src/conversation/answer-fact.ts";
import { AnswerResumption } from "../../src/conversation/resume-answer.ts";
import type { AnswerStream } from "./answer-stream.ts";
import type { LiveResponse, Responses } from "./responses.ts";

/** Facts within this time are stored and sent together. */
const COALESCE_MS = 50;

/**
 * Stores and sends the facts of one attempt at an answer that earlier attempts have not sent. Facts are grouped, so
 * that a fast model does not cost one write per sentence. The first fact after a pause waits only for the facts of the
 * same turn of the event loop.
 */
export class AnswerWriter {
  readonly #responses: Responses;
  readonly #response: LiveResponse;
  readonly #stream: AnswerStream;
  readonly #signal: AbortSignal;
  readonly #resumption: AnswerResumption;
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
    this.#resumption = new AnswerResumption([...stream.facts]);
  }

  /** Adds a fact, unless an earlier attempt has sent it. */
  add(fact: AnswerFact): void {
    this.#wait(this.#resumption.next(fact));
  }

  /** Ends the answer. An answer that is shorter than the one already sent counts as a different answer. */
  end(): void {
    this.#wait(this.#resumption.end());
  }

  /**
   * Stores and sends the waiting facts, unless the attempt is aborted. Call this when the attempt ends, also after an
   * error.
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

  #wait(facts: readonly AnswerFact[]): void {
    if (facts.length === 0) return;
    this.#waiting.push(...facts);
    const waitMs = Math.max(0, this.#releasedAt + COALESCE_MS - Date.now());
    this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }
}
