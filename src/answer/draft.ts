import type { Findings } from "../retrieval/search.ts";
import type { AnswerFinished, AnswerRequest } from "./answer-request.ts";
import type { Grounding } from "./answer-types.ts";
import { degradedSearch } from "./answered-by.ts";
import { NumberedPassages } from "./citing/numbered-passages.ts";
import type { MarkerForms } from "./citing/read-markers.ts";
import type { BuiltInQuote } from "./extractive/built-in-model.ts";
import { ClaimGate } from "./grounding/claim-gate.ts";
import { type Judgement, NO_JUDGEMENT } from "./grounding/decide-sentence.ts";
import { GroundingTally } from "./grounding/grounding-tally.ts";
import type { CheckedSentence, ClaimPair } from "./grounding/sentence-check.ts";
import { type Output, OutputRoom } from "./output-room.ts";
import { AllowedLinks } from "./output/allowed-links.ts";
import { filterWhole, OutgoingText } from "./output/outgoing-text.ts";
import { readQuestionText } from "./question.ts";
import { Reasoning } from "./reasoning.ts";
import { type FoundPassage, RetrievalTracer } from "./retrieval-trace.ts";
import { readSmallTalk } from "./small-talk/read-small-talk.ts";
import { StopSequences, type TextPiece } from "./stop-sequences.ts";
import { TokenCount } from "./token-count.ts";

/**
 * An answer while it is written. It collects the answer's outputs: pieces of text or reasoning, refusals and function
 * calls. It checks citations, withholds sentences, filters links, and holds outputs back if the request demands that. A
 * method that adds outputs returns those that can be sent now. All have at most `ANSWER_BYTES_MAX` bytes together: an
 * output that would exceed that is cut or left out, and `isFull` becomes true.
 */
export class Draft {
  readonly passages = new NumberedPassages();
  /** The searches of this answer, as they are kept with it. */
  readonly trace = new RetrievalTracer();
  /** The counter of the tokens that the model calls of this answer use. */
  readonly tokens = new TokenCount();
  readonly #release: AnswerRequest["release"];
  readonly #stop: StopSequences;
  readonly #links: AllowedLinks;
  readonly #reasoning: Reasoning;
  readonly #outgoing: OutgoingText;
  readonly #gate: ClaimGate;
  readonly #tally = new GroundingTally();
  #held: Output[] = [];
  readonly #room = new OutputRoom();
  #released = 0;
  #degraded: AnswerFinished["degraded"] = null;
  #abstained = false;
  #confidence: number | null = null;
  /** True once a refusal or a function call was added. */
  #hasOthers = false;
  /** True if the built-in model answers, whose sentences are quotes or say that there is no answer. */
  #isQuoted = false;

  /** `canJudge`: a judge will decide about the citations about which the rules are not sure. */
  constructor(request: AnswerRequest, { canJudge }: { readonly canJudge: boolean }) {
    const { release, stop = [], textFormat, outputPolicy } = request;
    this.#release = release;
    this.#stop = new StopSequences(stop);
    this.#links = new AllowedLinks(outputPolicy, () => this.passages.all);
    this.#reasoning = new Reasoning(this.#links);
    this.#outgoing = new OutgoingText(this.#links, textFormat.type === "text" ? "text" : "json");
    const mayCheck = request.fileSearch !== null && !readSmallTalk(readQuestionText(request));
    const isStrict = () => mayCheck && this.#needsSupport(request);
    this.#gate = new ClaimGate({ isStrict, canJudge });
  }

  /** Number of outputs that were sent, not counting reasoning. The answer cannot be restarted once this is above 0. */
  get released(): number {
    return this.#released;
  }

  /** True while no text, refusal or function call was added yet; reasoning does not count. */
  get isEmpty(): boolean {
    const isHolding = this.#gate.isHolding || this.#outgoing.isHolding || this.#stop.isHolding;
    const hasText = isHolding || this.#stop.isReached;
    const isHeld = this.#held.some(({ type }) => !type.startsWith("reasoning"));
    return this.#released === 0 && !isHeld && !hasText;
  }

  /** True when an output did not fit. The answer is then incomplete, and the rest of the model's reply is not read. */
  get isFull(): boolean {
    return this.#room.isFull;
  }

  /** True once a stop sequence was found: the answer has ended before it, and further text is dropped. */
  get isStopped(): boolean {
    return this.#stop.isReached;
  }

  /** True once vector stores were searched for this answer. */
  get searched(): boolean {
    return this.searches > 0;
  }

  /** The number of file searches made for this answer so far. */
  get searches(): number {
    return this.trace.searches.length;
  }

  /**
   * The degradation of the first search of this answer that was degraded (keywords only, without embeddings) or partial
   * (missing chunks); null if none was.
   */
  get degraded(): AnswerFinished["degraded"] {
    return this.#degraded;
  }

  /**
   * Records a search. `found` has its results, and the marks that it was degraded or partial; `cut` has the chunks
   * beyond its limits.
   */
  markSearched(queries: readonly string[], found: Findings, cut: readonly FoundPassage[]): void {
    this.trace.add(queries, found, cut);
    this.#degraded ??= degradedSearch(found);
  }

  /** Adds the text with which the model declined to answer. Returns the outputs to send. */
  decline(words: string): Output[] {
    return this.put({ type: "refusal", text: filterWhole(this.#links, words).text });
  }

  /**
   * Adds a sentence that the model wrote: replaces its citation markers, in these forms, by verified citations, or
   * withholds it. `quotes` is what the built-in model quotes. Returns the outputs to send.
   */
  addSentence(sentence: string, forms: MarkerForms = "any", quotes?: readonly BuiltInQuote[]) {
    if (this.isStopped) return [];
    if (quotes) return this.#addChecked(this.#gate.pushQuoted(sentence, this.passages.all, quotes));
    return this.#addChecked(this.#gate.push(sentence, this.passages.all, forms));
  }

  /** Lets the built-in model answer: no sentence of it is withheld for a lack of support. */
  expectQuotes(): void {
    this.#isQuoted = true;
  }

  /** The pairs of a sentence and a passage that wait for a judge. */
  get undecided(): readonly ClaimPair[] {
    return this.#gate.undecided;
  }

  /** Decides, with what a judge has said, about the sentences that wait. Returns the outputs to send. */
  settleClaims(judgement: Judgement): Output[] {
    return this.#addChecked(this.#gate.end(judgement));
  }

  /** True if sentences were withheld, and nothing that answers was sent. */
  get hasLostAll(): boolean {
    return this.#tally.hasLostAll && !this.#hasOthers;
  }

  /**
   * Marks the answer as an abstention: the sources do not support any answer. Adds `text`, the sentence that says this
   * to the user; `text` is null if the model has already said it. Returns the outputs to send.
   */
  abstain(text: string | null): Output[] {
    this.#abstained = true;
    if (text === null) return [];
    const isFirst = this.isEmpty;
    this.#room.dropSpace();
    return this.put({ type: "text", text: isFirst ? text : `\n\n${text}`, citations: [] });
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
  addReasoning(delta: string): Output[] {
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
    this.#hasOthers ||= !output.type.startsWith("reasoning");
    return [...this.endText(), ...this.#add(output)];
  }

  /** Ends a run of text: filters and adds the text that was held back to wait for more. Returns the outputs to send. */
  endText(): Output[] {
    return [
      ...this.settleClaims(NO_JUDGEMENT),
      ...this.#stopAndSend(this.#outgoing.flush()),
      ...this.#send(this.#stop.flush()),
    ];
  }

  /** Returns all outputs that were held back. Called when the answer is complete. */
  releaseAll(): Output[] {
    const rest = this.endText();
    const held = this.#held;
    this.#held = [];
    this.#released += held.length;
    return [...held, ...rest];
  }

  /** Tests whether claims need support: with `strict` always, else if nothing was found and no abstention said so. */
  #needsSupport({ evidencePolicy, functions }: AnswerRequest): boolean {
    if (evidencePolicy.grounding === "strict") return !this.#isQuoted;
    if (this.#isQuoted || !this.searched || this.passages.all.length > 0) return false;
    return functions.length === 0 && !this.#abstained;
  }

  #addChecked(sentences: readonly CheckedSentence[]): Output[] {
    return sentences.flatMap(({ text, said, citations, check }) => {
      if (check.isWithheld) this.#stop.skip(said);
      return this.isStopped ? [] : this.#write({ text, citations, sentence: check });
    });
  }

  #write(piece: TextPiece): Output[] {
    return this.#stopAndSend(this.#outgoing.push(piece));
  }

  #stopAndSend(pieces: readonly TextPiece[]): Output[] {
    return pieces.flatMap((piece) => {
      if (piece.text !== "") return this.#send(this.#stop.push(piece));
      if (!this.isStopped && piece.sentence) this.#tally.add(piece.sentence, "", 0);
      return [];
    });
  }

  #send(pieces: readonly TextPiece[]): Output[] {
    return pieces.flatMap(({ text, citations, sentence }) => {
      const added = this.#add({ type: "text", text, citations });
      if (sentence !== null && !this.isFull) this.#tally.add(sentence, text, citations.length);
      return added;
    });
  }

  /** Adds an output as far as it fits. */
  #add(whole: Output): Output[] {
    const output = this.#room.add(whole);
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

  /**
   * Returns a function that resets the draft to its present state, any number of times. Used when an attempt to call
   * the model fails before any of its text was sent.
   */
  mark(): () => void {
    const { length } = this.#held;
    const [abstained, confidence, hasOthers] = [this.#abstained, this.#confidence, this.#hasOthers];
    const parts = [this.#gate, this.#outgoing, this.#stop, this.#room, this.#tally];
    const resets = parts.map((part) => part.mark());
    return () => {
      for (const reset of resets) reset();
      this.#held = this.#held.slice(0, length);
      this.#abstained = abstained;
      this.#confidence = confidence;
      this.#hasOthers = hasOthers;
    };
  }

  /**
   * Sets the confidence of the answer (0 to 1) to the value that the model reports. Without this call, the confidence
   * is computed from the citations.
   */
  setConfidence(confidence: number): void {
    this.#confidence = confidence;
  }

  /**
   * Returns the degree to which sources support the answer; null when nothing was searched and the answer does not
   * abstain.
   */
  grounding(): Grounding | null {
    const isChecked = this.searched || this.#abstained;
    return isChecked ? this.#tally.read(this.#abstained, this.#confidence) : null;
  }
}
