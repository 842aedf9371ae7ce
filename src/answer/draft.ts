import type { LanguageModelV3Usage } from "@ai-sdk/provider";

import { ANSWER_BYTES_MAX, cutToJsonBytes, jsonBytes } from "../bounds.ts";
import type { Findings } from "../retrieval/search.ts";
import type { AnswerEvent, AnswerFinished, AnswerRequest, AnswerUsage } from "./answer-request.ts";
import type { Grounding } from "./answer-types.ts";
import { degradedSearch } from "./answered-by.ts";
import { citeSentence } from "./citing/citations.ts";
import { NumberedPassages } from "./citing/numbered-passages.ts";

type Output = Extract<AnswerEvent, { type: "text" | "refusal" | "function_call" }>;

/**
 * An answer in progress: its passages, its text and counts, and the outputs that are held back. Its outputs have at most
 * `ANSWER_BYTES_MAX` bytes together: the output that would exceed them is cut or left out, and the draft is full.
 */
export class Draft {
  readonly passages = new NumberedPassages();
  readonly #release: AnswerRequest["release"];
  #held: Output[] = [];
  #released = 0;
  #bytes = 0;
  #isFull = false;
  #searched = false;
  #degraded: AnswerFinished["degraded"] = null;
  #abstained = false;
  #confidence: number | null = null;
  #sentences = { all: 0, cited: 0, citations: 0, removed: 0 };
  #usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 };

  constructor(release: AnswerRequest["release"]) {
    this.#release = release;
  }

  /** Number of outputs that were sent. After the first one, the answer cannot be restarted. */
  get released(): number {
    return this.#released;
  }

  get isEmpty(): boolean {
    return this.#released === 0 && this.#held.length === 0;
  }

  /** True when an output did not fit. The answer is then incomplete, and the model need not go on. */
  get isFull(): boolean {
    return this.#isFull;
  }

  get searched(): boolean {
    return this.#searched;
  }

  get usage(): AnswerUsage {
    return this.#usage;
  }

  /** The first search that was degraded, or null. */
  get degraded(): AnswerFinished["degraded"] {
    return this.#degraded;
  }

  markSearched(degraded: Findings["degraded"]): void {
    this.#searched = true;
    if (degraded) this.#degraded ??= degradedSearch(degraded.reason);
  }

  /** Adds a sentence of the model: resolves, checks and removes its citation markers. Returns the outputs to send. */
  say(sentence: string): Output[] {
    const { text, citations, removed } = citeSentence(sentence, this.passages.all);
    const put = text === "" ? [] : this.put({ type: "text", text, citations });
    if (this.#isFull) return put;
    this.#sentences.removed += removed;
    if (/[\p{L}\p{N}]/u.test(text)) {
      this.#sentences.all += 1;
      if (citations.length > 0) this.#sentences.cited += 1;
    }
    this.#sentences.citations += citations.length;
    return put;
  }

  /** Marks the answer as an abstention, with `text` as its content if the model has not written one. */
  abstain(text: string | null): Output[] {
    this.#abstained = true;
    return text === null ? [] : this.put({ type: "text", text, citations: [] });
  }

  /**
   * Adds an output, as far as it fits. Returns it if it may be sent now; with the release `verified`, outputs wait for
   * `releaseAll`.
   */
  put(whole: Output): Output[] {
    const output = this.#fit(whole);
    if (output === null) return [];
    if (this.#release === "verified") {
      this.#held.push(output);
      return [];
    }
    this.#released += 1;
    return [output];
  }

  /** Counts an output. Text without citations is cut to the bytes that are left; another output fits whole or not. */
  #fit(output: Output): Output | null {
    if (this.#isFull) return null;
    const bytes = jsonBytes(output);
    const left = ANSWER_BYTES_MAX - this.#bytes;
    if (bytes <= left) {
      this.#bytes += bytes;
      return output;
    }
    this.#isFull = true;
    if (output.type !== "text" || output.citations.length > 0) return null;
    const text = cutToJsonBytes(output.text, left - (bytes - jsonBytes(output.text)) - 2);
    return text === "" ? null : { ...output, text };
  }

  /** Returns the outputs that were held back until the answer was complete. */
  releaseAll(): Output[] {
    const held = this.#held;
    this.#held = [];
    this.#released += held.length;
    return held;
  }

  /** Returns a function that resets the draft to this point, for an attempt that fails before anything was sent. */
  mark(): () => void {
    const [held, abstained, confidence] = [[...this.#held], this.#abstained, this.#confidence];
    const [bytes, isFull] = [this.#bytes, this.#isFull];
    const sentences = { ...this.#sentences };
    return () => {
      this.#held = held;
      this.#bytes = bytes;
      this.#isFull = isFull;
      this.#abstained = abstained;
      this.#confidence = confidence;
      this.#sentences = sentences;
    };
  }

  count(usage: LanguageModelV3Usage): void {
    const { inputTokens, outputTokens } = usage;
    this.#usage.inputTokens += inputTokens.total ?? 0;
    this.#usage.cachedTokens += inputTokens.cacheRead ?? 0;
    this.#usage.outputTokens += outputTokens.total ?? 0;
    this.#usage.reasoningTokens += outputTokens.reasoning ?? 0;
  }

  trust(confidence: number): void {
    this.#confidence = confidence;
  }

  /** Null when nothing was searched and the answer does not abstain: it then claims no sources. */
  grounding(): Grounding | null {
    const { all, cited, citations, removed } = this.#sentences;
    if (!this.#searched && !this.#abstained) return null;
    const counts = { citationsVerified: citations, citationsRemoved: removed };
    if (this.#abstained)
      return { status: "abstained", confidence: this.#confidence ?? 0, ...counts };
    const confidence = this.#confidence ?? (all === 0 ? 0 : cited / all);
    if (cited === 0) return { status: "ungrounded", confidence, ...counts };
    const whole = cited === all && removed === 0;
    return { status: whole ? "grounded" : "partial", confidence, ...counts };
  }
}
