import type { LanguageModelV3CallOptions, LanguageModelV3FinishReason } from "@ai-sdk/provider";

import { ANSWER_BYTES_MAX } from "../bounds.ts";
import { estimateTokens } from "../ingest/text/estimate-tokens.ts";
import type { AnswerModel, ModelPart } from "./answer-model.ts";
import type { AnswerEvent, CallPiece } from "./answer-request.ts";
import type { ReleasedText, SpokenText } from "./citing/spoken-text.ts";
import type { Draft } from "./draft.ts";
import { readBuiltInMetadata, readBuiltInQuotes } from "./extractive/built-in-model.ts";
import { type PassedCalls, TURN_CALLS_MAX } from "./functions/passed-calls.ts";
import type { ModelToolCall } from "./prompt.ts";

/** Maximum characters of reasoning in a turn. A model that reasons longer is not read further. */
const THOUGHT_CHARACTERS_MAX = 4 * ANSWER_BYTES_MAX;
/** Maximum number of calls that a turn may begin: the provider's client delivers calls when the turn ends. */
const BEGUN_CALLS_MAX = 10 * TURN_CALLS_MAX;

/** The result of one model call, apart from the reply's text, which `askModel` has added to the draft. */
export type ModelReply = {
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
  readonly finish: LanguageModelV3FinishReason["unified"];
};

/**
 * Makes one model call, adds the text of the reply to the draft sentence by sentence, and yields the events to send.
 * Returns the tool calls of the reply and how it ended. If the model writes more text than an answer may have
 * (`ANSWER_BYTES_MAX`), or makes more tool calls than a reply may have (`TURN_CALLS_MAX`), the rest is not read: the
 * reply ends as if the token limit was reached.
 */
export async function* askModel(
  model: AnswerModel,
  call: LanguageModelV3CallOptions,
  draft: Draft,
  newText: () => SpokenText,
  passed: PassedCalls | null = null,
): AsyncGenerator<AnswerEvent, ModelReply, undefined> {
  const releasedBefore = draft.released;
  const reset = draft.mark();
  const promptTokens = () => estimateTokens(JSON.stringify(call.prompt));
  const newReader = () => new ReplyReader(draft, newText(), passed, promptTokens);
  let reader = newReader();
  for await (const part of model.stream(call, () => draft.released === releasedBefore)) {
    if (part.type === "restarted") {
      reset();
      passed?.restart();
      yield* draft.abandonReasoning();
      reader = newReader();
    } else {
      yield* reader.read(part);
      // The built-in model is read to its end, which has its verdict and costs nothing.
      if (reader.isOver || (draft.isStopped && !model.builtIn)) {
        reader.countEstimate();
        break;
      }
    }
  }
  yield* reader.end();
  return reader.reply();
}

/** Collects the parts of one attempt of a model call. */
class ReplyReader {
  readonly #draft: Draft;
  readonly #spoken: SpokenText;
  readonly #passed: PassedCalls | null;
  readonly #promptTokens: () => number;
  readonly #calls: ModelToolCall[] = [];
  #text = "";
  #refusal = "";
  #finish: ModelReply["finish"] = "other";
  #begun = 0;
  #hasTooManyCalls = false;
  /** The output of the model apart from its answer's text: the text with which it declines, and arguments. */
  #others = "";
  #thoughts = "";

  constructor(
    draft: Draft,
    spoken: SpokenText,
    passed: PassedCalls | null,
    promptTokens: () => number,
  ) {
    this.#draft = draft;
    this.#spoken = spoken;
    this.#passed = passed;
    this.#promptTokens = promptTokens;
  }

  /** True if the reply has more text than an answer may have, or more calls or reasoning than one reply may have. */
  get isOver(): boolean {
    // Each UTF-16 code unit takes a byte or more.
    const written = this.#text.length + this.#others.length;
    const isTooLong = written > ANSWER_BYTES_MAX || this.#thoughts.length > THOUGHT_CHARACTERS_MAX;
    return this.#hasTooManyCalls || this.#draft.isFull || isTooLong;
  }

  /** Reads one part of the model's reply. Returns the events of what can be released. */
  read(part: Exclude<ModelPart, { type: "restarted" }>): AnswerEvent[] {
    if (part.type === "reasoning-delta") {
      this.#thoughts += part.delta;
      return this.#draft.addReasoning(part.delta);
    }
    return MARKS.has(part.type) ? [] : [...this.#draft.endReasoning(), ...this.#readOutput(part)];
  }

  #readOutput(part: Exclude<ModelPart, { type: "restarted" }>): AnswerEvent[] {
    this.#others += writtenBesideText(part);
    if (part.type === "text-delta") return this.#readText(part);
    if (part.type === "refusal" && !this.isOver) this.#refusal += part.text;
    if (part.type === "tool-call" && !this.isOver) {
      const { toolCallId, toolName, input } = part;
      const call = { toolCallId, toolName, input };
      // Arguments arrive in deltas and once more as a whole, or only as a whole.
      if (this.#begun === 0) this.#others += input;
      if (this.#calls.length < (this.#passed?.callsLeft ?? TURN_CALLS_MAX)) this.#calls.push(call);
      else this.#hasTooManyCalls = true;
    }
    if (part.type === "tool-input-start") {
      this.#begun += 1;
      this.#hasTooManyCalls ||= this.#begun > BEGUN_CALLS_MAX;
      return this.#putAll(this.#passed?.begin(part.id, part.toolName));
    }
    if (part.type === "tool-input-delta") {
      return this.#putAll(this.#passed?.add(part.id, part.delta));
    }
    if (part.type === "tool-input-end") return this.#putAll(this.#passed?.end(part.id));
    if (part.type === "finish") {
      this.#finish = part.finishReason.unified;
      this.#draft.tokens.addCall(part.usage, () => this.#estimate());
      const verdict = readBuiltInMetadata(part.providerMetadata);
      if (verdict) this.#draft.setConfidence(verdict.confidence);
      if (verdict?.abstained) this.#draft.abstain(null);
    }
    return [];
  }

  #readText({
    delta,
    providerMetadata,
  }: Extract<ModelPart, { type: "text-delta" }>): AnswerEvent[] {
    this.#text += delta;
    const quotes = readBuiltInQuotes(providerMetadata);
    if (quotes) return this.#draft.addSentence(delta, "last", quotes);
    if (delta === "") return [];
    return [...this.#putAll(this.#passed?.endWhole()), ...this.#addText(this.#spoken.push(delta))];
  }

  /** A call that is passed on comes after the text before it. A text that has ended by a stop sequence is the last. */
  #putAll(pieces: readonly CallPiece[] = []): AnswerEvent[] {
    return pieces.flatMap((piece) => {
      const text = piece.type === "function_call_started" ? this.#endText() : [];
      if (!this.#draft.isStopped) return [...text, ...this.#draft.put(piece)];
      this.#passed?.withdraw(piece.callId);
      return text;
    });
  }

  #endText(): AnswerEvent[] {
    return [...this.#addText(this.#spoken.flush()), ...this.#draft.endText()];
  }

  /** Reads the end of the reply. Returns the events of what was held back. */
  end(): AnswerEvent[] {
    const events = [...this.#draft.endReasoning(), ...this.#addText(this.#spoken.flush())];
    return this.#refusal === "" ? events : [...events, ...this.#draft.decline(this.#refusal)];
  }

  /** Counts a call that is not read to its end, where the model would report its usage. */
  countEstimate(): void {
    this.#draft.tokens.addCall(null, () => this.#estimate());
  }

  #estimate() {
    const written = [this.#text, this.#others, this.#thoughts];
    const output = written.reduce((sum, text) => sum + estimateTokens(text), 0);
    return { input: this.#promptTokens(), output };
  }

  /** Returns the whole reply, once it has ended. */
  reply(): ModelReply {
    // A model that declines may report a content filter; its text is then the answer.
    const declared = this.#refusal === "" ? this.#finish : "stop";
    const finish = this.isOver ? "length" : declared;
    return { text: this.#text.toWellFormed(), calls: this.#calls, finish };
  }

  #addText({ sentences, abstains }: ReleasedText): AnswerEvent[] {
    if (abstains) this.#draft.abstain(null);
    return sentences.flatMap(({ text, forms }) =>
      this.#spoken.cites
        ? this.#draft.addSentence(text, forms)
        : this.#draft.put({ type: "text", text, citations: [] }),
    );
  }
}

/** Returns the words of a part that are neither text nor a whole call. */
function writtenBesideText(part: Exclude<ModelPart, { type: "restarted" }>): string {
  if (part.type === "tool-input-delta") return part.delta;
  return part.type === "refusal" ? part.text : "";
}

/** Parts without content, which may stand within a block of reasoning. */
const MARKS: ReadonlySet<ModelPart["type"]> = new Set([
  "raw",
  "stream-start",
  "response-metadata",
  "reasoning-start",
  "text-start",
  "text-end",
]);
