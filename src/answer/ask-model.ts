import type { LanguageModelV3CallOptions, LanguageModelV3FinishReason } from "@ai-sdk/provider";

import { replaceLoneSurrogates } from "../surrogates.ts";
import type { AnswerModel, ModelPart } from "./answer-model.ts";
import type { AnswerEvent } from "./answer-request.ts";
import type { ReleasedText, SpokenText } from "./citing/spoken-text.ts";
import type { Draft } from "./draft.ts";
import { builtInVerdict } from "./extractive/built-in-model.ts";
import type { OutgoingText } from "./output/outgoing-text.ts";
import type { ModelToolCall } from "./prompt.ts";

/** The result of one model call. Its text is already in the draft. */
export type ModelReply = {
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
  readonly finish: LanguageModelV3FinishReason["unified"];
};

/** Makes one model call and writes its text into the draft, sentence by sentence. */
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
    }
  }
  yield* reader.end();
  return reader.reply();
}

/** Collects the parts of one attempt of a model call. */
class ReplyReader {
  readonly #draft: Draft;
  readonly #spoken: SpokenText;
  readonly #outgoing: OutgoingText;
  readonly #calls: ModelToolCall[] = [];
  #text = "";
  #refusal = "";
  #finish: ModelReply["finish"] = "other";

  constructor(draft: Draft, spoken: SpokenText) {
    this.#draft = draft;
    this.#spoken = spoken;
    this.#outgoing = draft.beginText();
  }

  read(part: Exclude<ModelPart, { type: "restarted" }>): AnswerEvent[] {
    if (part.type === "text-delta") {
      this.#text += part.delta;
      const { isWhole } = this.#spoken;
      const shown = this.#outgoing.push(part.delta) + (isWhole ? this.#outgoing.flush() : "");
      return shown === "" ? [] : this.#say(this.#spoken.push(shown));
    }
    if (part.type === "refusal") this.#refusal += part.text;
    if (part.type === "tool-call") {
      const { toolCallId, toolName, input } = part;
      this.#calls.push({ toolCallId, toolName, input: replaceLoneSurrogates(input) });
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
    const rest = this.#outgoing.flush();
    this.#draft.endText(this.#outgoing);
    const events = [
      ...(rest === "" ? [] : this.#say(this.#spoken.push(rest))),
      ...this.#say(this.#spoken.flush()),
    ];
    return this.#refusal === "" ? events : [...events, ...this.#draft.decline(this.#refusal)];
  }

  reply(): ModelReply {
    // A model that declines may report a content filter; its text is then the answer.
    const finish = this.#refusal === "" ? this.#finish : "stop";
    return { text: this.#text.toWellFormed(), calls: this.#calls, finish };
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
