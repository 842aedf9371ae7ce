import { describe, expect, it } from "vitest";

import { TokenCount } from "../../../src/answer/token-count.ts";

const report = (input: number | undefined, output: number | undefined, part = 0) => ({
  inputTokens: { total: input, noCache: undefined, cacheRead: part, cacheWrite: undefined },
  outputTokens: { total: output, text: undefined, reasoning: part },
});
const count = (...calls: readonly ReturnType<typeof report>[]) => {
  const tokens = new TokenCount();
  for (const call of calls) tokens.addCall(call, () => ({ input: 7, output: 3 }));
  return tokens.usage;
};

describe("the tokens of an answer", () => {
  it("are those that the model reports", () => {
    expect(count(report(11, 5, 2), report(0, 1))).toEqual({
      inputTokens: 11,
      outputTokens: 6,
      cachedTokens: 2,
      reasoningTokens: 2,
    });
  });

  it.each([undefined, 1.5, -1, -1e9, Number.NaN, Infinity, 1e300, Number.MAX_SAFE_INTEGER])(
    "are estimated where it reports %s",
    (odd) => {
      const usage = { outputTokens: 5, cachedTokens: 0, reasoningTokens: 0, isEstimated: true };
      expect(count(report(odd, 5, odd))).toEqual({ ...usage, inputTokens: 7 });
      expect(count(report(11, odd))).toMatchObject({ inputTokens: 11, outputTokens: 3 });
    },
  );

  it("have no part that is more than the whole", () => {
    expect(count(report(11, 5, 1_000))).toMatchObject({ cachedTokens: 11, reasoningTokens: 5 });
  });
});
