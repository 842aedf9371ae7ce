import type { LanguageModelV3CallOptions, LanguageModelV3StreamPart } from "@ai-sdk/provider";

/** The model that needs no weights and no network; the last resort of every other one. */
export const EXTRACTIVE_MODEL = "extractive-1";

/**
 * A model as answers see it: the AI SDK's stream, with time limits, retries and the circuit breaker
 * already around it. It throws `ModelUnavailable` when it cannot go on.
 */
export interface AnswerModel {
  readonly name: string;
  readonly builtIn: boolean;
  /**
   * Streams one call. A failed attempt is repeated as long as `mayRestart` allows it, that is, as long
   * as nothing of it was released; then the stream says `restarted` and begins anew.
   */
  stream(call: LanguageModelV3CallOptions, mayRestart: () => boolean): AsyncIterable<ModelPart>;
}

export type ModelPart =
  | LanguageModelV3StreamPart
  | { readonly type: "restarted" }
  /** Text by which the model declines; the AI SDK would mix it with the answer's. */
  | { readonly type: "refusal"; readonly text: string };
