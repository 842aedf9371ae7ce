import type { LanguageModelV3CallOptions, LanguageModelV3StreamPart } from "@ai-sdk/provider";

import type { ModelNames } from "../model-names.ts";

/** The built-in model, which needs no weights and no network. It answers when another model is unavailable. */
export const EXTRACTIVE_MODEL = "extractive-1";

/**
 * A language model as answers see it: the AI SDK's stream, already wrapped in time limits, retries and the circuit
 * breaker. Iterating the stream throws `ModelUnavailable` when the model cannot continue.
 *
 *     for await (const part of model.stream({ prompt }, () => sent === "")) {
 *       if (part.type === "restarted") text = "";
 *       if (part.type === "text-delta") text += part.delta;
 *     }
 */
export interface AnswerModel {
  readonly name: string;
  readonly builtIn: boolean;
  /**
   * Streams one call. A failed attempt is repeated while `mayRestart` returns true, that is, while none of its text was
   * released. The stream then yields `restarted` and starts from the beginning.
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

/** A part of a model's stream. */
export type ModelPart =
  | LanguageModelV3StreamPart
  | { readonly type: "restarted" }
  /** The text with which the model declines; the AI SDK would merge it with the text of the answer. */
  | { readonly type: "refusal"; readonly text: string };
