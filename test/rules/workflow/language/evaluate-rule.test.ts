import { describe, it } from "vitest";

import { evaluateRule } from "../../../../src/workflow/language/evaluate-rule.ts";

const VARIABLES = {
  answer: { text: "You get 20 euros.", confidence: 0.8 },
  context: { vip: true },
};

describe("a rule in CEL", () => {
  it.for([
    ["answer.text.contains('euros') && context.vip", true],
    ["answer.confidence > 0.9", false],
    ["size(answer.text)", 17],
  ] as const)("evaluates to a value: %s", ([expression, value], { expect }) => {
    expect(evaluateRule(expression, VARIABLES)).toBe(value);
  });

  it.for([
    ["input.amount > 3", /no "input": rules can use answer and context/],
    ["answer.", /./],
    ["answer.nothing > 1", /./],
  ] as const)("is refused with a reason: %s", ([expression, reason], { expect }) => {
    expect(() => evaluateRule(expression, VARIABLES)).toThrow(reason);
  });
});
