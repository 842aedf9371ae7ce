import { ANSWER_BYTES_MAX, cutToJsonBytes, jsonBytes } from "../bounds.ts";
import type { Findings } from "../retrieval/search.ts";
import type { AnswerEvent, AnswerFinished, AnswerRequest, CallPiece } from "./answer-request.ts";
import type { Grounding } from "./answer-types.ts";
import { degradedSearch } from "./answered-by.ts";
import { citeSentence } from "./citing/citations.ts";
import { NumberedPassages } from "./citing/numbered-passages.ts";
import { LinkJudge } from "./output/link-judge.ts";
import { filterWhole, OutgoingText } from "./output/outgoing-text.ts";
import { Reasoning } from "./reasoning.ts";
import { SpaceKeeper } from "./space-keeper.ts";
import { StopSequences, type TextPiece } from "./stop-sequences.ts";
import { TokenCount } from "./token-count.ts";

type Output =
  | Extract<AnswerEvent, { type: "text" | "refusal" | "function_call" | `reasoning${string}` }>
  | CallPiece;

/**
 * An answer while it is written. It collects the answer's outputs: pieces of text or reasoning, refusals and function
 * calls. It checks citations, filters links, and holds outputs back if the request demands that. A method that adds
 * outputs returns the outputs that can be sent now. All outputs together have at most `ANSWER_BYTES_MAX` bytes: an
 * output that would exceed that is cut or left out, and `isFull` becomes true.
 */
export class Draft {
  readonly passages = new NumberedPassages();
  /** The counter of the tokens that the model calls of this answer use. */
  readonly tokens = new TokenCount();
  readonly #release: AnswerRequest["release"];
  readonly #stop: StopSequences;
  readonly #judge: LinkJudge;
  readonly #reasoning: Reasoning;
  readonly #outgoing: OutgoingText;
  #held: Output[] = [];
  readonly #space = new SpaceKeeper();
  #released = 0;
  #bytes = 0;
  #isFull = false;
  #searches = 0;
  #degraded: AnswerFinished["degraded"] = null;
  #abstained = false;
  #confidence: number | null = null;
  #sentences = { all: 0, cited: 0, citations: 0, removed: 0 };

  constructor({ release, stop = [], textFormat, outputPolicy }: AnswerRequest) {
    this.#release = release;
    this.#stop = new StopSequences(stop);
    this.#judge = new LinkJudge(outputPolicy, () => this.passages.all);
    this.#reasoning = new Reasoning(this.#judge);
    this.#outgoing = new OutgoingText(this.#judge, textFormat.type === "text" ? "text" : "json");
  }

  /** Number of outputs that were sent, not counting reasoning. The answer cannot be restarted once this is above 0. */
  get released(): number {
    return this.#released;
  }

  /** True while no text, refusal or function call was added yet; reasoning does not count. */
  get isEmpty(): boolean {
    const hasText = this.#outgoing.isHolding || this.#stop.isHolding || this.#stop.isReached;
    const isHeld = this.#held.some(({ type }) => !type.startsWith("reasoning"));
    return this.#released === 0 && !isHeld && !hasText;
  }

  /** True when an output did not fit. The answer is then incomplete, and the rest of the model's reply is not read. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** True once a stop sequence was found: the answer has ended before it, and further text is dropped. */
  get isStopped(): boolean {
    return this.#stop.isReached;
  }

  /** True once vector stores were searched for this answer. */
  get searched(): boolean {
    return this.#searches > 0;
  }

  /** The number of file searches made for this answer so far. */
  get searches(): number {
    return this.#searches;
  }

  /**
   * The reason why a search of this answer used keywords only, without embeddings (the first such search); null if none
   * did.
   */
  get degraded(): AnswerFinished["degraded"] {
    return this.#degraded;
  }

  /** Records that a search was made. `degraded` is set if the search used keywords only, without embeddings. */
  markSearched(degraded: Findings["degraded"]): void {
    this.#searches += 1;
    if (degraded) this.#degraded ??= degradedSearch(degraded.reason);
  }

  /** Adds the text with which the model declined to answer. Returns the outputs to send. */
  decline(words: string): Output[] {
    return this.put({ type: "refusal", text: filterWhole(this.#judge, words).text });
  }

  /**
   * Adds a sentence that the model wrote: replaces its citation markers by checked citations. Returns the outputs to
   * send.
   */
  say(sentence: string): Output[] {
    if (this.isStopped) return [];
    const { text, citations, removed } = citeSentence(sentence, this.passages.all);
    return this.#write({ text, citations, sentence: { removed } });
  }

  /**
   * Marks the answer as an abstention: the sources do not support any answer. Adds `text`, the sentence that says this
   * to the user; `text` is null if the model has already said it. Returns the outputs to send.
   */
  abstain(text: string | null): Output[] {
    this.#abstained = true;
    if (text === null) return [];
    if (this.isEmpty) this.#space.drop();
    return this.put({ type: "text", text, citations: [] });
  }

  /**
   * Adds a fixed reply to small talk, and returns the outputs to send. If vector stores were searched, the answer
   * counts as an abstention, since the reply uses no source. Otherwise `grounding` stays null.
   */
  putReply(text: string): Output[] {
    this.#abstained = this.searched;
    return this.put({ type: "text", text, citations: [] });
  }

  /** Adds a delta of the model's reasoning. Returns the outputs to send. */
  reason(delta: string): Output[] {
    return this.#holdBack(this.#reasoning.push(delta));
  }

  /** Ends a block of reasoning. Returns the outputs to send. */
  endReasoning(): Output[] {
    return this.#holdBack(this.#reasoning.end());
  }

  /**
   * Ends the reasoning of a failed attempt to call the model, after the draft was reset. Returns the outputs to send.
   */
  abandonReasoning(): Output[] {
    const events = this.#reasoning.abandon();
    return this.#release === "verified" ? [] : events;
  }

  /**
   * Adds an output. Returns the outputs to send now: none if the request's `release` is `verified`, for which all are
   * held back until `releaseAll`.
   */
  put(output: Output): Output[] {
    if (output.type === "text") return this.#write({ ...output, sentence: null });
    return [...this.endText(), ...this.#add(output)];
  }

  /** Ends a run of text: filters and adds the text that was held back to wait for more. Returns the outputs to send. */
  endText(): Output[] {
    return [...this.#stopAndSend(this.#outgoing.flush()), ...this.#send(this.#stop.flush())];
  }

  /** Returns all outputs that were held back. Called when the answer is complete. */
  releaseAll(): Output[] {
    const rest = this.endText();
    const held = this.#held;
    this.#held = [];
    this.#released += held.length;
    return [...held, ...rest];
  }

  #write(piece: TextPiece): Output[] {
    return this.#stopAndSend(this.#outgoing.push(piece));
  }

  #stopAndSend(pieces: readonly TextPiece[]): Output[] {
    return pieces.flatMap((piece) => {
      if (piece.text !== "") return this.#send(this.#stop.push(piece));
      if (!this.isStopped) this.#sentences.removed += piece.sentence?.removed ?? 0;
      return [];
    });
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
    const sent = this.#holdBack([output]);
    this.#released += sent.length;
    return sent;
  }

  #holdBack(outputs: Output[]): Output[] {
    if (this.#release !== "verified") return outputs;
    this.#held.push(...outputs);
    return [];
  }

  /** Leaves out the white space at the end of a message. Null if nothing else is left of the output. */
  #trim(output: Output): Output | null {
    if (output.type === "text") {
      const text = this.#space.push(output.text);
      return text === "" ? null : { ...output, text };
    }
    if (output.type !== "refusal") return output;
    const text = output.text.trimEnd();
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
    const bytes = jsonBytes(output.type === "function_call_delta" ? output.delta : output);
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

  /**
   * Returns a function that resets the draft to its present state, any number of times. Used when an attempt to call
   * the model fails before any of its text was sent.
   */
  mark(): () => void {
    const { length } = this.#held;
    const [abstained, confidence] = [this.#abstained, this.#confidence];
    const [bytes, isFull] = [this.#bytes, this.#isFull];
    const sentences = { ...this.#sentences };
    const resets = [this.#outgoing.mark(), this.#stop.mark(), this.#space.mark()];
    return () => {
      for (const reset of resets) reset();
      this.#held = this.#held.slice(0, length);
      this.#bytes = bytes;
      this.#isFull = isFull;
      this.#abstained = abstained;
      this.#confidence = confidence;
      this.#sentences = { ...sentences };
    };
  }

  /**
   * Sets the confidence of the answer (0 to 1) to the value that the model reports. Without this call, the confidence
   * is computed from the citations.
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
