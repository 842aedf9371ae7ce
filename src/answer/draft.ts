import type { LanguageModelV3Usage } from "@ai-sdk/provider";

import { ANSWER_BYTES_MAX, cutToJsonBytes, jsonBytes } from "../bounds.ts";
import type { Findings } from "../retrieval/search.ts";
import type { AnswerEvent, AnswerFinished, AnswerRequest, AnswerUsage } from "./answer-request.ts";
import type { Grounding } from "./answer-types.ts";
import { degradedSearch } from "./answered-by.ts";
import { citeSentence } from "./citing/citations.ts";
import { NumberedPassages } from "./citing/numbered-passages.ts";
import { LinkJudge } from "./output/link-judge.ts";
import { filterWhole, OutgoingText } from "./output/outgoing-text.ts";
import { NO_MEMORY, type OutputMemory } from "./output/output-filter.ts";
import { StopSequences, type TextPiece } from "./stop-sequences.ts";

type Output = Extract<AnswerEvent, { type: "text" | "refusal" | "function_call" }>;

/**
 * An answer in progress: its passages, its text and counts, and the outputs that are held back. Its outputs have at
 * most `ANSWER_BYTES_MAX` bytes together: the output that would exceed them is cut or left out, and the draft is full.
 */
export class Draft {
  readonly passages = new NumberedPassages();
  readonly #release: AnswerRequest["release"];
  readonly #stop: StopSequences;
  readonly #format: "text" | "json";
  readonly #judge: LinkJudge;
  #memory: OutputMemory = NO_MEMORY;
  #held: Output[] = [];
  #released = 0;
  #bytes = 0;
  #isFull = false;
  #searches = 0;
  #degraded: AnswerFinished["degraded"] = null;
  #abstained = false;
  #confidence: number | null = null;
  #sentences = { all: 0, cited: 0, citations: 0, removed: 0 };
  #usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 };

  constructor({ release, stop = [], textFormat, outputPolicy }: AnswerRequest) {
    this.#release = release;
    this.#stop = new StopSequences(stop);
    this.#format = textFormat.type === "text" ? "text" : "json";
    this.#judge = new LinkJudge(outputPolicy, () => this.passages.all);
  }

  /** Number of outputs that were sent. After the first one, the answer cannot be restarted. */
  get released(): number {
    return this.#released;
  }

  /** True when nothing was written yet. */
  get isEmpty(): boolean {
    const hasText = this.#stop.isHolding || this.#stop.isReached;
    return this.#released === 0 && this.#held.length === 0 && !hasText;
  }

  /** True when an output did not fit. The answer is then incomplete, and the model need not go on. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** True once the text has a stop sequence: no further text becomes part of the answer. */
  get isStopped(): boolean {
    return this.#stop.isReached;
  }

  /** True when vector stores were searched for this answer. */
  get searched(): boolean {
    return this.#searches > 0;
  }

  /** The number of searches for this answer. */
  get searches(): number {
    return this.#searches;
  }

  /** The tokens that all calls of models took. */
  get usage(): AnswerUsage {
    return this.#usage;
  }

  /** The first search that was degraded, or null. */
  get degraded(): AnswerFinished["degraded"] {
    return this.#degraded;
  }

  /** Records a search, and the reason if it was made by words alone. */
  markSearched(degraded: Findings["degraded"]): void {
    this.#searches += 1;
    if (degraded) this.#degraded ??= degradedSearch(degraded.reason);
  }

  /** Begins the text of a model call, which continues the text of the call before it. */
  beginText(): OutgoingText {
    return new OutgoingText(this.#judge, this.#format, this.#memory);
  }

  /** Ends the text of a model call. */
  endText(text: OutgoingText): void {
    this.#memory = text.memory;
  }

  /** Adds the words by which the model declined. Returns the outputs to send. */
  decline(words: string): Output[] {
    return this.put({ type: "refusal", text: filterWhole(this.#judge, words).text });
  }

  /** Adds a sentence of the model: resolves, checks and removes its citation markers. Returns the outputs to send. */
  say(sentence: string): Output[] {
    if (this.isStopped) return [];
    const { text, citations, removed } = citeSentence(sentence, this.passages.all);
    if (text === "") this.#sentences.removed += removed;
    return text === "" ? [] : this.#write({ text, citations, sentence: { removed } });
  }

  /** Marks the answer as an abstention, with `text` as its content if the model has not written one. */
  abstain(text: string | null): Output[] {
    this.#abstained = true;
    return text === null ? [] : this.put({ type: "text", text, citations: [] });
  }

  /** Adds an output. Returns the outputs to send; with the release `verified`, they wait for `releaseAll`. */
  put(output: Output): Output[] {
    if (output.type === "text") return this.#write({ ...output, sentence: null });
    return [...this.#send(this.#stop.flush()), ...this.#add(output)];
  }

  /** Returns the outputs that were held back until the answer was complete. */
  releaseAll(): Output[] {
    const rest = this.#send(this.#stop.flush());
    const held = this.#held;
    this.#held = [];
    this.#released += held.length;
    return [...held, ...rest];
  }

  #write(piece: TextPiece): Output[] {
    return this.#send(this.#stop.push(piece));
  }

  #send(pieces: readonly TextPiece[]): Output[] {
    return pieces.flatMap(({ text, citations, sentence }) => {
      const added = this.#add({ type: "text", text, citations });
      const isWhole = sentence !== null && !this.#isFull;
      if (isWhole) this.#countSentence(text, citations.length, sentence.removed);
      return added;
    });
  }

  /** Adds an output as far as it fits. */
  #add(whole: Output): Output[] {
    const output = this.#fit(whole);
    if (output === null) return [];
    if (this.#release === "verified") {
      this.#held.push(output);
      return [];
    }
    this.#released += 1;
    return [output];
  }

  #countSentence(text: string, citations: number, removed: number): void {
    this.#sentences.removed += removed;
    if (/[\p{L}\p{N}]/u.test(text)) {
      this.#sentences.all += 1;
      if (citations > 0) this.#sentences.cited += 1;
    }
    this.#sentences.citations += citations;
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

  /** Returns a function that resets the draft to this point, for an attempt that fails before anything was sent. */
  mark(): () => void {
    const [held, abstained, confidence] = [[...this.#held], this.#abstained, this.#confidence];
    const [bytes, isFull] = [this.#bytes, this.#isFull];
    const sentences = { ...this.#sentences };
    const resetStop = this.#stop.mark();
    const memory = this.#memory;
    return () => {
      resetStop();
      this.#memory = memory;
      this.#held = held;
      this.#bytes = bytes;
      this.#isFull = isFull;
      this.#abstained = abstained;
      this.#confidence = confidence;
      this.#sentences = sentences;
    };
  }

  /** Adds the tokens that one call of a model took. */
  count(usage: LanguageModelV3Usage): void {
    const { inputTokens, outputTokens } = usage;
    this.#usage.inputTokens += inputTokens.total ?? 0;
    this.#usage.cachedTokens += inputTokens.cacheRead ?? 0;
    this.#usage.outputTokens += outputTokens.total ?? 0;
    this.#usage.reasoningTokens += outputTokens.reasoning ?? 0;
  }

  /** Counts a call that ended at a stop sequence, before the model reported its usage. */
  countEstimate(inputTokens: number, outputTokens: number): void {
    this.#usage.inputTokens += inputTokens;
    this.#usage.outputTokens += outputTokens;
  }

  /** Sets how well the evidence supports the answer, 0 to 1. */
  trust(confidence: number): void {
    this.#confidence = confidence;
  }

  /** Null when nothing was searched and the answer does not abstain: it then claims no sources. */
  grounding(): Grounding | null {
    const { all, cited, citations, removed } = this.#sentences;
    if (!this.searched && !this.#abstained) return null;
    const counts = { citationsVerified: citations, citationsRemoved: removed };
    if (this.#abstained)
      return { status: "abstained", confidence: this.#confidence ?? 0, ...counts };
    const confidence = this.#confidence ?? (all === 0 ? 0 : cited / all);
    if (cited === 0) return { status: "ungrounded", confidence, ...counts };
    const whole = cited === all && removed === 0;
    return { status: whole ? "grounded" : "partial", confidence, ...counts };
  }
}
