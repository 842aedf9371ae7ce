import {
  InvalidResponseDataError,
  type LanguageModelV3CallOptions,
  type LanguageModelV3FinishReason,
  type LanguageModelV3StreamPart,
} from "@ai-sdk/provider";

import type { ModelPart } from "../../answer/answer-model.ts";
import { ArgumentText, cleanArguments } from "../../answer/model-output/argument-text.ts";
import { CleanText, cleanWhole } from "../../answer/model-output/clean-text.ts";
import { type ThinkForm, ThinkTags } from "../../answer/model-output/think-tags.ts";
import { isEndMark } from "./end-mark.ts";

/**
 * A part of the stream of one attempt of a model call. It is never `restarted`, which marks the beginning of a further
 * attempt.
 */
export type ReplyPart = Exclude<ModelPart, { type: "restarted" }>;

/** Characters of an id of a call that clients can send back. */
const CALL_ID = /^[!-~]{1,64}$/;

/**
 * Normalises the stream of one attempt of a model call: text is clean and contains no reasoning, reasoning has one form
 * whichever field or tag it came in, and the arguments of calls are clean JSON. A stream that ends with `[DONE]` counts
 * as complete, even without a finish reason. `model` names the model and its provider. Throws the errors that the
 * stream reports.
 */
export async function* readReply(
  parts: AsyncIterable<LanguageModelV3StreamPart>,
  { responseFormat }: Pick<LanguageModelV3CallOptions, "responseFormat">,
  model: string,
): AsyncGenerator<ReplyPart, void, undefined> {
  const places = responseFormat?.type === "json" ? "start" : "anywhere";
  const think = new ThinkTags(places, expectForm(model));
  const reply = new ReplyParts(think);
  for await (const part of parts) yield* reply.read(part);
  if (think.form === "closing tag alone") CLOSING_ALONE.add(model);
  else CLOSING_ALONE.delete(model);
}

/**
 * Names of models whose last reply had a closing tag without an opening one. The text of their next reply waits for such
 * a tag; one without a tag ends that.
 */
const CLOSING_ALONE = new Set<string>();
/** Parts of the names of models that reason before every answer, whatever tags their server leaves. */
const THINKERS = /(?:^|[^a-z0-9])(?:r1|qwq|thinking|reasoner|magistral)(?![a-z0-9])/i;

const expectForm = (model: string): ThinkForm =>
  CLOSING_ALONE.has(model) || THINKERS.test(model) ? "closing tag alone" : "both tags";

/** The state of one attempt. */
class ReplyParts {
  readonly #think: ThinkTags;
  readonly #text = new CleanText();
  readonly #reasoning = new CleanText();
  readonly #arguments = new Map<string, ArgumentText>();
  readonly #ids = new Map<string, string>();
  #refusal: string | null = null;
  #isEnded = false;
  #hasCalls = false;

  constructor(think: ThinkTags) {
    this.#think = think;
  }

  /** Reads the next part. Returns the parts that it makes: none, itself, or others. Throws an error of the stream. */
  read(part: LanguageModelV3StreamPart): readonly ReplyPart[] {
    switch (part.type) {
      case "raw":
        return this.#raw(part.rawValue);
      case "error":
        // The client of the provider misses a finish reason in a stream that has ended as it should.
        if (this.#isEnded && InvalidResponseDataError.isInstance(part.error)) return [];
        throw part.error;
      case "text-delta":
        return this.#textDelta(part.delta);
      case "reasoning-delta":
        return this.#reason(part.delta);
      case "tool-input-start":
        this.#hasCalls = true;
        this.#arguments.set(part.id, new ArgumentText());
        return [{ ...part, id: this.#callId(part.id) }];
      case "tool-input-delta": {
        const delta = this.#arguments.get(part.id)?.push(part.delta) ?? "";
        return delta === "" ? [] : [{ ...part, id: this.#callId(part.id), delta }];
      }
      case "tool-input-end":
        return this.#endArguments(part);
      case "tool-call": {
        const input = cleanArguments(part.input);
        return [{ ...part, toolCallId: this.#callId(part.toolCallId), input }];
      }
      case "finish":
        return [
          ...this.#spoken(this.#think.flush()),
          { ...part, finishReason: this.#finishReason(part.finishReason) },
        ];
      case "stream-start":
      case "response-metadata":
      case "text-start":
      case "text-end":
      case "reasoning-start":
      case "reasoning-end":
      case "tool-result":
      case "tool-approval-request":
      case "file":
      case "source":
        return [part];
    }
  }

  #textDelta(delta: string): readonly ReplyPart[] {
    if (delta === this.#refusal) return [{ type: "refusal", text: cleanWhole(delta) }];
    return this.#spoken(this.#think.push(this.#text.push(delta)));
  }

  /** Reads what the client of the provider leaves out of a chunk, before it reads the rest. */
  #raw(chunk: unknown): readonly ReplyPart[] {
    this.#isEnded ||= isEndMark(chunk);
    const delta = readDelta(chunk);
    const { refusal } = delta;
    this.#refusal = typeof refusal === "string" && refusal !== "" ? refusal : null;
    return this.#reason(readForeignReasoning(delta));
  }

  #reason(text: string): readonly ReplyPart[] {
    const delta = this.#reasoning.push(text);
    return delta === "" ? [] : [{ type: "reasoning-delta", id: REASONING, delta }];
  }

  #spoken(pieces: ReturnType<ThinkTags["push"]>): readonly ReplyPart[] {
    return pieces.map(({ kind, text: delta }) =>
      kind === "text"
        ? { type: "text-delta", id: TEXT, delta }
        : { type: "reasoning-delta", id: REASONING, delta },
    );
  }

  #endArguments(
    part: Extract<LanguageModelV3StreamPart, { type: "tool-input-end" }>,
  ): readonly ReplyPart[] {
    const id = this.#callId(part.id);
    const delta = this.#arguments.get(part.id)?.flush() ?? "";
    const rest = delta === "" ? [] : [{ type: "tool-input-delta", id, delta } as const];
    return [...rest, { ...part, id }];
  }

  /** Returns the id of a call: the model's own, unless clients could not send it back. */
  #callId(given: string): string {
    if (CALL_ID.test(given)) return given;
    const known = this.#ids.get(given);
    if (known !== undefined) return known;
    const id = `call_${crypto.randomUUID()}`;
    this.#ids.set(given, id);
    return id;
  }

  #finishReason(reason: LanguageModelV3FinishReason): LanguageModelV3FinishReason {
    if (!this.#isEnded || reason.unified !== "error") return reason;
    return { unified: this.#hasCalls ? "tool-calls" : "stop", raw: undefined };
  }
}

const TEXT = "txt-0";
const REASONING = "reasoning-0";

/**
 * Reads the reasoning of a chunk in the fields that the client of the provider does not know. Servers that fill several
 * fields repeat the same text in them.
 */
function readForeignReasoning(delta: Readonly<Record<string, unknown>>): string {
  if (isFilled(delta["reasoning_content"]) || isFilled(delta["reasoning"])) return "";
  const { reasoning_details: details, reasoning_text: text, thinking } = delta;
  const detailed = Array.isArray(details) ? details.map(textOfDetail).join("") : "";
  if (detailed !== "") return detailed;
  if (isFilled(text)) return text;
  return isFilled(thinking) ? thinking : "";
}

/**
 * Tests whether a parsed chunk of a provider's stream has reasoning, in any of the fields that providers use for it.
 */
export const hasReasoning = (chunk: unknown): boolean => {
  const delta = readDelta(chunk);
  return "reasoning_details" in delta || "reasoning_text" in delta || "thinking" in delta;
};

const isFilled = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Reads `{type: "reasoning.text", text}` and `{type: "reasoning.summary", summary}`. */
function textOfDetail(detail: unknown): string {
  if (!isRecord(detail)) return "";
  const { text, summary } = detail;
  return isFilled(text) ? text : isFilled(summary) ? summary : "";
}

/** Returns the delta of a chunk's only choice, or an empty one. */
function readDelta(chunk: unknown): Readonly<Record<string, unknown>> {
  const choices = isRecord(chunk) ? chunk["choices"] : null;
  const choice: unknown = Array.isArray(choices) ? choices[0] : null;
  const delta = isRecord(choice) ? choice["delta"] : null;
  return isRecord(delta) ? delta : {};
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
