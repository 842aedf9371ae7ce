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
 * An answer while it is written. It checks citations, filters links, and holds outputs back as the request demands.
 * Methods that add outputs return those to send now. All outputs together have at most `ANSWER_BYTES_MAX` bytes: one
 * that would exceed them is cut or left out, and `isFull` becomes true.
 */
export class Draft {
  readonly passages = new NumberedPassages();
  readonly #release: AnswerRequest["release"];
  readonly #stop: StopSequences;
  readonly #format: "text" | "json";
  readonly #judge: LinkJudge;
  #memory: OutputMemory = NO_MEMORY;
  #held: Output[] = [];
  /** White space at the end of the text so far. It is sent before the text after it, and never at an end. */
  #space = "";
  #released = 0;
  #bytes = 0;
  #isFull = false;
  #searched = false;
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

  /** Number of outputs that were returned for sending. After the first, the answer cannot be restarted. */
  get released(): number {
    return this.#released;
  }

  /** True when nothing was written yet. */
  get isEmpty(): boolean {
    const hasText = this.#stop.isHolding || this.#stop.isReached;
    return this.#released === 0 && this.#held.length === 0 && !hasText;
  }

  /** True when an output did not fit. The answer is then incomplete, and the model is not read further. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** True once a stop sequence was found: the answer has ended before it, and further text is dropped. */
  get isStopped(): boolean {
    return this.#stop.isReached;
  }

  /** True when vector stores were searched for this answer. */
  get searched(): boolean {
    return this.#searched;
  }

  /** The tokens that all model calls used so far. */
  get usage(): AnswerUsage {
    return this.#usage;
  }

  /** The reason why the first search that matched words alone, without embeddings, had to; null if there was none. */
  get degraded(): AnswerFinished["degraded"] {
    return this.#degraded;
  }

  /** Records that a search was made. `degraded` is set if it matched words alone. */
  markSearched(degraded: Findings["degraded"]): void {
    this.#searched = true;
    // The search ends the message before it.
    this.#space = "";
    if (degraded) this.#degraded ??= degradedSearch(degraded.reason);
  }

  /**
   * Begins the text of a model call. Returns its filter of links and images, which knows the text of the call before.
   */
  beginText(): OutgoingText {
    return new OutgoingText(this.#judge, this.#format, this.#memory);
  }

  /** Ends the text of a model call, whose filter is `text`. */
  endText(text: OutgoingText): void {
    this.#memory = text.memory;
  }

  /** Adds the text by which the model refused to answer. Returns the outputs to send. */
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

  /**
   * Marks the answer as one that the sources do not support. Adds `text`, or nothing if it is null because the model
   * has explained this itself. Returns the outputs to send.
   */
  abstain(text: string | null): Output[] {
    this.#abstained = true;
    if (text === null) return [];
    this.#space = "";
    return this.put({ type: "text", text, citations: [] });
  }

  /**
   * Adds a reply that claims nothing. If stores were searched, the answer abstains, since it uses no source. Otherwise it
   * has no grounding.
   */
  putReply(text: string): Output[] {
    this.#abstained = this.#searched;
    return this.put({ type: "text", text, citations: [] });
  }

  /**
   * Adds an output. Returns the outputs to send; none with the release `verified`, which keeps them for `releaseAll`.
   */
  put(output: Output): Output[] {
    if (output.type === "text") return this.#write({ ...output, sentence: null });
    return [...this.#send(this.#stop.flush()), ...this.#add(output)];
  }

  /** Returns all outputs that were held back, because the answer is complete. */
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
    const trimmed = this.#trim(whole);
    const output = trimmed && this.#fit(trimmed);
    if (output === null) return [];
    if (this.#release === "verified") {
      this.#held.push(output);
      return [];
    }
    this.#released += 1;
    return [output];
  }

  /** Moves the white space at the end of a text to the beginning of the next one. Null if nothing else is left. */
  #trim(output: Output): Output | null {
    const before = this.#space;
    this.#space = "";
    if (output.type === "function_call") return output;
    const whole = output.type === "text" ? before + output.text : output.text;
    const text = whole.trimEnd();
    if (output.type === "text") this.#space = whole.slice(text.length);
    return text === "" ? null : { ...output, text };
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
    const room = left - (bytes - jsonBytes(output.text)) - 2;
    const text = cutToJsonBytes(output.text, room).trimEnd();
    return text === "" ? null : { ...output, text };
  }

  /** Returns a function that resets the draft to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const [held, abstained, confidence] = [[...this.#held], this.#abstained, this.#confidence];
    const [bytes, isFull, space] = [this.#bytes, this.#isFull, this.#space];
    const sentences = { ...this.#sentences };
    const resetStop = this.#stop.mark();
    const memory = this.#memory;
    return () => {
      resetStop();
      this.#memory = memory;
      this.#held = held;
      this.#space = space;
      this.#bytes = bytes;
      this.#isFull = isFull;
      this.#abstained = abstained;
      this.#confidence = confidence;
      this.#sentences = sentences;
    };
  }

  /** Adds the token usage of a model call. */
  count(usage: LanguageModelV3Usage): void {
    const { inputTokens, outputTokens } = usage;
    this.#usage.inputTokens += inputTokens.total ?? 0;
    this.#usage.cachedTokens += inputTokens.cacheRead ?? 0;
    this.#usage.outputTokens += outputTokens.total ?? 0;
    this.#usage.reasoningTokens += outputTokens.reasoning ?? 0;
  }

  /**
   * Adds the estimated token usage of a call that was ended at a stop sequence, before the model reported its usage.
   */
  countEstimate(inputTokens: number, outputTokens: number): void {
    this.#usage.inputTokens += inputTokens;
    this.#usage.outputTokens += outputTokens;
  }

  /**
   * Sets the confidence of the answer, 0 to 1, where the model reports one. Otherwise it is computed from the
   * citations.
   */
  trust(confidence: number): void {
    this.#confidence = confidence;
  }

  /**
   * Returns the degree to which sources support the answer; null when nothing was searched and the answer does not
   * abstain.
   */
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
