import type { AnswerFact } from "../../src/conversation/answer-fact.ts";
import { AnswerResumption } from "../../src/conversation/resume-answer.ts";
import type { AnswerStream } from "./answer-stream.ts";
import type { LiveResponse, Responses } from "./responses.ts";

/** Facts that follow one another within this time are stored and sent together. */
const COALESCE_MS = 50;

/**
 * Stores and sends the facts of one attempt at an answer: those that earlier attempts have not sent, and several at a
 * time, so that a fast model does not cost one write a sentence. The first fact after a pause waits only for the facts
 * of the same turn.
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

  add(fact: AnswerFact): void {
    this.#wait(this.#resumption.next(fact));
  }

  /** The attempt has said everything: an answer shorter than the one already sent is another answer. */
  end(): void {
    this.#wait(this.#resumption.end());
  }

  /** Stores and sends what waits, unless the attempt is aborted. Call it when the attempt ends, however it ends. */
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
