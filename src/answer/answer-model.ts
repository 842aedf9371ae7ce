import type { LanguageModelV3CallOptions, LanguageModelV3StreamPart } from "@ai-sdk/provider";

import type { ModelNames } from "../model-names.ts";

/**
 * Name of the built-in model, which composes answers from quotes of the sources, without a neural network or a
 * provider. It also answers in place of a model that is unavailable.
 */
export const EXTRACTIVE_MODEL = "extractive-1";

/**
 * A language model that writes answers: a provider's model or the built-in one. Calls take the AI SDK's options and
 * yield its stream parts. Time limits, retries and the circuit breaker are part of it. Iterating the stream throws
 * `ModelUnavailable` when the provider cannot answer.
 *
 * `stream` may repeat a call that broke off as long as its second argument returns true. The repetition starts from the
 * beginning, so the caller drops the text received so far:
 *
 *     let wasSent = false; // becomes true when a part of the text is sent to the client
 *     let text = "";
 *     for await (const part of model.stream({ prompt }, () => !wasSent)) {
 *       if (part.type === "restarted") text = "";
 *       if (part.type === "text-delta") text += part.delta;
 *     }
 */
export interface AnswerModel {
  readonly name: string;
  readonly builtIn: boolean;
  /**
   * Calls the model once and streams its reply. If an attempt fails while `mayRestart` returns true (none of its text
   * was sent to the client yet), the stream yields `restarted` and begins the reply again.
   */
  stream(call: LanguageModelV3CallOptions, mayRestart: () => boolean): AsyncIterable<ModelPart>;
}

/** The models of a deployment. */
export type AnswerModels = {
  /** The model of requests that name none, in projects without a default of their own. */
  readonly defaultModel: string;
  readonly modelNames: ModelNames;
  /** Returns the model with this name, or null if no model answers by it. */
  model(name: string): AnswerModel | null;
};

/**
 * A part of a model's streamed reply: the parts of the AI SDK, `restarted` (the reply begins again, drop its text so
 * far), and `refusal` (the text by which the model declines).
 */
export type ModelPart =
  | LanguageModelV3StreamPart
  | { readonly type: "restarted" }
  /** The text with which the model declines; the AI SDK would merge it with the text of the answer. */
  | { readonly type: "refusal"; readonly text: string };
