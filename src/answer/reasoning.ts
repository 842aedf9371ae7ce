import { ANSWER_BYTES_MAX, cutToJsonBytes, jsonBytes } from "../bounds.ts";
import type { AnswerEvent } from "./answer-request.ts";
import { DeltaPace } from "./model-output/delta-pace.ts";
import type { AllowedLinks } from "./output/allowed-links.ts";
import { OutputFilter } from "./output/output-filter.ts";
import { joinPieces } from "./output/piece.ts";
import { ReadableText } from "./output/readable-text.ts";

/** Maximum bytes of an answer's reasoning as JSON, besides those of the answer. */
const REASONING_BYTES_MAX = ANSWER_BYTES_MAX;
/** Maximum number of blocks of reasoning in an answer: each becomes an item. */
const BLOCKS_MAX = 100;

type ReasoningEvent = Extract<AnswerEvent, { type: "reasoning" | "reasoning_cut" }>;

/**
 * The reasoning of an answer's model calls. It is no part of the answer: it has no citations, and an answer can still
 * be restarted after reasoning was sent. Forbidden links and images are removed from it as from the answer. It has size
 * limits of its own; text that exceeds them is left out.
 */
export class Reasoning {
  readonly #links: AllowedLinks;
  #filter: OutputFilter | null = null;
  #readable = new ReadableText("text");
  readonly #pace = new DeltaPace();
  #isOpen = false;
  #blocks = 0;
  #bytes = 0;
  #isFull = false;

  constructor(links: AllowedLinks) {
    this.#links = links;
  }

  /** Adds a delta of the model's reasoning. Returns the events to send. */
  push(delta: string): ReasoningEvent[] {
    if (this.#isFull) return [];
    this.#filter ??= new OutputFilter(this.#links);
    const shown = joinPieces(this.#filter.push(this.#readable.push(delta)));
    return this.#send(this.#pace.push(shown));
  }

  /** Ends a block of reasoning, because the model goes on with something else. Returns the events to send. */
  end(): ReasoningEvent[] {
    const filter = this.#filter;
    if (filter === null) return [];
    const rest = [...filter.push(this.#readable.flush()), ...filter.flush()];
    const events = this.#send(this.#pace.push(joinPieces(rest)) + this.#pace.flush());
    this.#close();
    return events;
  }

  /**
   * Ends the block of reasoning of a failed attempt to call the model. Returns the event that reports this, if any text
   * of the block was sent.
   */
  abandon(): ReasoningEvent[] {
    const isOpen = this.#isOpen;
    this.#close();
    return isOpen ? [CUT] : [];
  }

  #close(): void {
    this.#filter = null;
    this.#readable = new ReadableText("text");
    this.#pace.flush();
    this.#isOpen = false;
  }

  #send(text: string): ReasoningEvent[] {
    if (text === "" || this.#isFull) return [];
    if (!this.#isOpen) this.#blocks += 1;
    const left = this.#blocks > BLOCKS_MAX ? 0 : REASONING_BYTES_MAX - this.#bytes;
    const bytes = jsonBytes(text);
    this.#bytes += bytes;
    if (bytes <= left) {
      this.#isOpen = true;
      return [{ type: "reasoning", text }];
    }
    this.#isFull = true;
    const beginning = cutToJsonBytes(text, Math.max(0, left - 2));
    if (beginning !== "") return [{ type: "reasoning", text: beginning }, CUT];
    return this.#isOpen ? [CUT] : [];
  }
}

const CUT: ReasoningEvent = { type: "reasoning_cut" };
