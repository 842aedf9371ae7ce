import {
  InvalidResponseDataError,
  type LanguageModelV3CallOptions,
  type LanguageModelV3FinishReason,
  type LanguageModelV3StreamPart,
} from "@ai-sdk/provider";

import type { ModelPart } from "../../answer/answer-model.ts";
import { ArgumentText, cleanArguments } from "../../answer/model-output/argument-text.ts";
import { CleanText, cleanWhole } from "../../answer/model-output/clean-text.ts";
import type { ReasoningForm, ReplyEvidence } from "../../answer/model-output/reasoning-form.ts";
import { ThinkTags } from "../../answer/model-output/think-tags.ts";
import { isEndMark } from "./end-mark.ts";

/**
 * A part of the stream of one attempt of a model call. It is never `restarted`, which marks the beginning of a further
 * attempt.
 */
type ReplyPart = Exclude<ModelPart, { type: "restarted" }>;

/** A call of which a reply is read: what it asks for, and what is known of its model. */
type ReadCall = Pick<LanguageModelV3CallOptions, "responseFormat"> & {
  readonly form: ReasoningForm;
  /** Called at the end of the reply, if it shows the model's form of reasoning. */
  readonly learn: (evidence: ReplyEvidence) => void;
  /** Returns true while nothing of the reply was sent, so that it can be read once more from its beginning. */
  readonly mayRestart: () => boolean;
};

/** Characters of an id of a call that clients can send back. */
const CALL_ID = /^[!-~]{1,64}$/;

/**
 * Normalises the stream of one attempt of a model call: text is clean and contains no reasoning, reasoning has one form
 * whichever field or tag it came in, and the arguments of calls are clean JSON. A stream that ends with `[DONE]` counts
 * as complete, even without a finish reason. When a closing tag shows that the text before it was reasoning, the reply
 * restarts, if nothing of it was sent. Throws the errors that the stream reports.
 */
export async function* readReply(
  parts: AsyncIterable<LanguageModelV3StreamPart>,
  { responseFormat, form, learn, mayRestart }: ReadCall,
): AsyncGenerator<ModelPart, void, undefined> {
  const places = responseFormat?.type === "json" ? "start" : "anywhere";
  const think = new ThinkTags(places, form.type);
  const reply = new ReplyParts(think);
  const opening = new Opening();
  for await (const part of parts) {
    const made = reply.read(part);
    if (!opening.isOver) opening.add(made);
    const isUnopened = !opening.isOver && think.unopened > 0;
    yield* isUnopened && mayRestart() ? opening.restart(think.unopened, made) : opening.trim(made);
    if (isUnopened) opening.end();
  }
  if (reply.evidence !== null) learn(reply.evidence);
}

/** The text of a reply up to the first closing tag without an opening one, which shows that the text is reasoning. */
class Opening {
  #text = "";
  #isOver = false;
  #skipsSpace = false;

  /** True once the tag was read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Adds the text of these parts. */
  add(parts: readonly ReplyPart[]): void {
    for (const part of parts) if (part.type === "text-delta") this.#text += part.delta;
  }

  /** Returns the parts with which the reply begins again: the text's first characters are reasoning. */
  restart(length: number, last: readonly ReplyPart[]): ModelPart[] {
    const delta = this.#text.slice(0, length).trim();
    const rest: ReplyPart = { type: "text-delta", id: TEXT, delta: this.#text.slice(length) };
    this.#skipsSpace = true;
    return [
      { type: "restarted" },
      { type: "reasoning-delta", id: REASONING, delta },
      ...this.trim([rest, ...last.filter(({ type }) => type !== "text-delta")]),
    ];
  }

  /** Leaves out the space between the reasoning and the first text of a reply that was begun again. */
  trim(parts: readonly ReplyPart[]): readonly ReplyPart[] {
    if (!this.#skipsSpace) return parts;
    return parts.flatMap((part) => {
      if (part.type !== "text-delta" || !this.#skipsSpace) return [part];
      const delta = part.delta.trimStart();
      if (delta === "") return [];
      this.#skipsSpace = false;
      return [{ ...part, delta }];
    });
  }

  /** Called when the tag was read. */
  end(): void {
    this.#isOver = true;
    this.#text = "";
  }
}

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
  #hasReasoned = false;
  /** True until the end of the reply, and then if the model could not write it to its end. */
  #isCut = true;

  constructor(think: ThinkTags) {
    this.#think = think;
  }

  /** The evidence that the reply gives of its model's form of reasoning; null if it gives none. */
  get evidence(): ReplyEvidence | null {
    const { evidence } = this.#think;
    if (evidence === "unopened") return evidence;
    if (this.#hasReasoned) return "marked";
    return evidence === "plain" && this.#isCut ? null : evidence;
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
        return [...this.#settle(), { ...part, id: this.#callId(part.id) }];
      case "tool-input-delta": {
        const delta = this.#arguments.get(part.id)?.push(part.delta) ?? "";
        return delta === "" ? [] : [{ ...part, id: this.#callId(part.id), delta }];
      }
      case "tool-input-end":
        return this.#endArguments(part);
      case "tool-call": {
        const input = cleanArguments(part.input);
        return [...this.#settle(), { ...part, toolCallId: this.#callId(part.toolCallId), input }];
      }
      case "finish": {
        const finishReason = this.#finishReason(part.finishReason);
        this.#isCut = !WHOLE.has(finishReason.unified);
        return [
          ...this.#spoken(this.#think.flush({ isCut: this.#isCut })),
          { ...part, finishReason },
        ];
      }
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
    if (delta === "") return [];
    // A server that separates reasoning leaves none in the text.
    const settled = this.#hasReasoned ? [] : this.#settle();
    this.#hasReasoned = true;
    return [...settled, { type: "reasoning-delta", id: REASONING, delta }];
  }

  /** Returns the text before a part that shows that it is no reasoning. */
  #settle(): readonly ReplyPart[] {
    return this.#spoken(this.#think.settle());
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

/** The reasons for which a model ends a reply itself. */
const WHOLE: ReadonlySet<LanguageModelV3FinishReason["unified"]> = new Set(["stop", "tool-calls"]);
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
