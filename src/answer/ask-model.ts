import type { LanguageModelV3CallOptions, LanguageModelV3FinishReason } from "@ai-sdk/provider";

import { ANSWER_BYTES_MAX } from "../bounds.ts";
import type { AnswerModel, ModelPart } from "./answer-model.ts";
import type { AnswerEvent } from "./answer-request.ts";
import type { ReleasedText, SpokenText } from "./citing/spoken-text.ts";
import type { Draft } from "./draft.ts";
import { builtInVerdict } from "./extractive/built-in-model.ts";
import type { ModelToolCall } from "./prompt.ts";

/** The result of one model call. Its text is already in the draft. */
export type ModelReply = {
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
  readonly finish: LanguageModelV3FinishReason["unified"];
};

/**
 * Makes one model call and writes its text into the draft, sentence by sentence. A model that writes more than an answer
 * holds is not read further: the call ends as if the model had reached its limit of tokens.
 */
export async function* askModel(
  model: AnswerModel,
  call: LanguageModelV3CallOptions,
  draft: Draft,
  newText: () => SpokenText,
): AsyncGenerator<AnswerEvent, ModelReply, undefined> {
  const releasedBefore = draft.released;
  const reset = draft.mark();
  let reader = new ReplyReader(draft, newText());
  for await (const part of model.stream(call, () => draft.released === releasedBefore)) {
    if (part.type === "restarted") {
      reset();
      reader = new ReplyReader(draft, newText());
    } else {
      yield* reader.read(part);
      if (reader.isOver) break;
    }
  }
  yield* reader.end();
  return reader.reply();
}

/** Collects the parts of one attempt of a model call. */
class ReplyReader {
  readonly #draft: Draft;
  readonly #spoken: SpokenText;
  readonly #calls: ModelToolCall[] = [];
  #text = "";
  #refusal = "";
  #finish: ModelReply["finish"] = "other";
  /** UTF-16 code units of the text and the arguments, each of which takes a byte or more. */
  #written = 0;

  constructor(draft: Draft, spoken: SpokenText) {
    this.#draft = draft;
    this.#spoken = spoken;
  }

  /** True when the reply has more than an answer holds. */
  get isOver(): boolean {
    return this.#draft.isFull || this.#written > ANSWER_BYTES_MAX;
  }

  read(part: Exclude<ModelPart, { type: "restarted" }>): AnswerEvent[] {
    this.#written += writtenLength(part);
    if (part.type === "text-delta") {
      this.#text += part.delta;
      return this.#say(this.#spoken.push(part.delta));
    }
    if (part.type === "refusal" && !this.isOver) this.#refusal += part.text;
    if (part.type === "tool-call" && !this.isOver) {
      const { toolCallId, toolName, input } = part;
      this.#calls.push({ toolCallId, toolName, input });
    }
    if (part.type === "finish") {
      this.#finish = part.finishReason.unified;
      this.#draft.count(part.usage);
      const verdict = builtInVerdict(part.providerMetadata);
      if (verdict) this.#draft.trust(verdict.confidence);
      if (verdict?.abstained) this.#draft.abstain(null);
    }
    return [];
  }

  end(): AnswerEvent[] {
    const events = this.#say(this.#spoken.flush());
    if (this.#refusal === "") return events;
    return [...events, ...this.#draft.put({ type: "refusal", text: this.#refusal })];
  }

  reply(): ModelReply {
    // A model that declines may report a content filter; its text is then the answer.
    const declared = this.#refusal === "" ? this.#finish : "stop";
    const finish = this.isOver ? "length" : declared;
    return { text: this.#text, calls: this.#calls, finish };
  }

  #say({ sentences, abstains }: ReleasedText): AnswerEvent[] {
    if (abstains) this.#draft.abstain(null);
    return sentences.flatMap((text) =>
      this.#spoken.cites
        ? this.#draft.say(text)
        : this.#draft.put({ type: "text", text, citations: [] }),
    );
  }
}

/** A call's arguments arrive as deltas and once more as a whole: only the deltas count, or the whole without any. */
function writtenLength(part: Exclude<ModelPart, { type: "restarted" }>): number {
  if (part.type === "text-delta" || part.type === "tool-input-delta") return part.delta.length;
  return part.type === "refusal" ? part.text.length : 0;
}
