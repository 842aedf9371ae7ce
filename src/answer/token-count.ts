import type { LanguageModelV3Usage } from "@ai-sdk/provider";

import type { AnswerUsage } from "./answer-request.ts";

/** The estimated tokens of a model call. */
type EstimatedUsage = { readonly input: number; readonly output: number };

/** Counts the tokens that the model calls of an answer use. What a model does not report is estimated, and marked. */
export class TokenCount {
  #isEstimated = false;
  #sum = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 };

  /** The tokens that all model calls used so far. */
  get usage(): AnswerUsage {
    return { ...this.#sum, ...(this.#isEstimated && { isEstimated: true }) };
  }

  /** Adds a model call. `usage` is null if the call ended before the model reported it. */
  addCall(usage: LanguageModelV3Usage | null, estimate: () => EstimatedUsage): void {
    const input = usage?.inputTokens.total;
    const output = usage?.outputTokens.total;
    const isReported = input !== undefined && output !== undefined;
    const estimated = isReported ? { input: 0, output: 0 } : estimate();
    this.add({ input: input ?? estimated.input, output: output ?? estimated.output });
    this.#sum.cachedTokens += usage?.inputTokens.cacheRead ?? 0;
    this.#sum.reasoningTokens += usage?.outputTokens.reasoning ?? 0;
    if (!isReported) this.#isEstimated = true;
  }

  /** Adds tokens that were counted here, without a model call. */
  add({ input, output }: EstimatedUsage): void {
    this.#sum.inputTokens += input;
    this.#sum.outputTokens += output;
  }
}
