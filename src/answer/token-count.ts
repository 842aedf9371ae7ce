import type { LanguageModelV3Usage } from "@ai-sdk/provider";

import type { AnswerUsage } from "./answer-request.ts";

/** The estimated tokens of a model call. */
type EstimatedUsage = { readonly input: number; readonly output: number };

/**
 * Counts the tokens that the model calls of an answer use. Counts that a model does not report are estimated, which
 * `isEstimated` shows.
 */
export class TokenCount {
  #isEstimated = false;
  #sum = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 };

  /** The numbers of tokens that were added so far. */
  get usage(): AnswerUsage {
    return { ...this.#sum, ...(this.#isEstimated && { isEstimated: true }) };
  }

  /**
   * Adds the tokens of a model call. `usage` is null if the call ended before the model reported it; then, or if
   * numbers are missing in it or cannot be counts of tokens, `estimate` supplies them.
   */
  addCall(usage: LanguageModelV3Usage | null, estimate: () => EstimatedUsage): void {
    const input = readCount(usage?.inputTokens.total);
    const output = readCount(usage?.outputTokens.total);
    const isReported = input !== null && output !== null;
    const estimated = isReported ? { input: 0, output: 0 } : estimate();
    const added = { input: input ?? estimated.input, output: output ?? estimated.output };
    this.add(added);
    const cached = readCount(usage?.inputTokens.cacheRead) ?? 0;
    const reasoning = readCount(usage?.outputTokens.reasoning) ?? 0;
    this.#sum.cachedTokens += Math.min(cached, added.input);
    this.#sum.reasoningTokens += Math.min(reasoning, added.output);
    if (!isReported) this.#isEstimated = true;
  }

  /** Adds tokens that this service counted, without a model call. */
  add({ input, output }: EstimatedUsage): void {
    this.#sum.inputTokens += input;
    this.#sum.outputTokens += output;
  }
}

/** More tokens than a call of any model has. Larger counts are none, so that their sums stay whole numbers. */
const TOKENS_MAX = 1_000_000_000;

/** Returns a count that a model reports; null for a number that no count can be. */
const readCount = (reported: number | undefined): number | null =>
  reported !== undefined && Number.isInteger(reported) && reported >= 0 && reported <= TOKENS_MAX
    ? reported
    : null;
