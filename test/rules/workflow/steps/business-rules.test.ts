import { describe, expect, it } from "vitest";

import { FatalStepError } from "../../../../src/kernel/rules/step-handler.ts";
import { runStep, stepDeps } from "./step-deps.ts";

const TEXT = "We guarantee it. You get $250 back.";

const rule = (kind: string, members: object) => ({ id: kind, kind, ...members });
const check = (rules: object[], given: object = {}, evaluateRule = (): unknown => true) =>
  runStep({ ...stepDeps().deps, evaluateRule }, "rules@1", { text: TEXT, rules, ...given });

describe("rules@1", () => {
  it.each([
    rule("required_text", { text: "you  GET $250" }),
    rule("required_text", { any_of: ["not there", "We guarantee it."] }),
    rule("forbidden_phrase", { phrases: ["guaranteed", "get back"] }),
    rule("max_amount", { amount: 250, currency: "USD" }),
    rule("max_amount", { amount: 1, currency: "EUR" }),
    rule("min_confidence", { value: 0.7 }),
    rule("cel", { expression: "true", message: "No." }),
  ])("is kept: %j", async (kept) => {
    expect(await check([kept], { confidence: 0.7 })).toEqual({ ok: true, violations: [] });
  });

  it.each([
    [rule("required_text", { text: "Not legal advice." }), "Not legal advice.", undefined],
    [rule("required_text", { any_of: ["a b", "c d"], message: "Say a b." }), "Say a b.", undefined],
    [rule("forbidden_phrase", { phrases: ["Guarantée"] }), "Guarantée", { start: 3, end: 12 }],
    [rule("max_amount", { amount: 249.99 }), "$250", { start: 25, end: 29 }],
    [rule("min_confidence", { value: 0.71 }), "0.70", undefined],
  ])("is broken: %j", async (broken, message, span) => {
    const { ok, violations } = await check([broken], { confidence: 0.7 });

    expect(ok).toBe(false);
    expect(violations).toEqual([
      { id: broken.id, kind: broken.kind, message: expect.stringContaining(message), span },
    ]);
  });

  it("treats an unknown confidence as none", async () => {
    const rules = [rule("min_confidence", { value: 0 })];
    expect((await check(rules, { confidence: null })).ok).toBe(false);
  });

  it("passes the answer and the context to an expression, and reports its message when it is false", async () => {
    const seen: unknown[] = [];
    const rules = [rule("cel", { expression: "context.tier == 'gold'", message: "Gold only." })];
    const given = { context: { tier: "tin" }, confidence: 0.5 };
    const outcome = await check(rules, given, (...args: unknown[]) => {
      seen.push(args);
      return false;
    });

    expect(seen).toEqual([
      [
        "context.tier == 'gold'",
        { answer: { text: TEXT, confidence: 0.5 }, context: { tier: "tin" } },
      ],
    ]);
    expect(outcome.violations).toEqual([{ id: "cel", kind: "cel", message: "Gold only." }]);
  });

  it.each([
    [
      "fails",
      () => {
        throw new Error("Unknown variable: tire");
      },
      /rule 'cel' could not be evaluated: Unknown variable: tire/,
    ],
    ["is not a condition", () => "yes", /rule 'cel' must evaluate to true or false/],
  ])("fails the step for an expression that %s", async (_what, evaluateRule, message) => {
    const failing = check([rule("cel", { expression: "x", message: "No." })], {}, evaluateRule);
    await expect(failing).rejects.toThrow(FatalStepError);
    await expect(failing).rejects.toThrow(message);
  });

  it("fails the step at a violation on request", async () => {
    const rules = [rule("max_amount", { amount: 1 })];
    const failing = check(rules, { on_violation: "fail" });

    await expect(failing).rejects.toThrow(FatalStepError);
    await expect(failing).rejects.toThrow(
      /The answer names \$250; at most 1 .*\(rule 'max_amount'\)/,
    );
    expect((await check([], { on_violation: "fail" })).ok).toBe(true);
  });

  it.each([
    ["an unknown kind", [rule("mood", {})], /one of required_text/],
    ["a rule without a required member", [rule("required_text", {})], /write text or any_of/],
    [
      "an invisible phrase",
      [rule("forbidden_phrase", { phrases: [" ** "] })],
      /visible characters/,
    ],
    ["an invalid currency", [rule("max_amount", { amount: 1, currency: "$" })], /as in EUR/],
    [
      "two rules with the same id",
      [
        rule("cel", { expression: "a", message: "b" }),
        rule("cel", { expression: "c", message: "d" }),
      ],
      /its own id/,
    ],
  ])("refuses %s", async (_what, rules, message) => {
    const failing = check(rules);
    await expect(failing).rejects.toThrow(FatalStepError);
    await expect(failing).rejects.toThrow(message);
  });
});

describe("repair@1", () => {
  it("repairs the violations that rules@1 reports", async () => {
    const rules = [
      rule("forbidden_phrase", { phrases: ["guarantee"] }),
      rule("required_text", { text: "Not legal advice." }),
    ];
    const { violations } = await check(rules);
    const given = { text: TEXT, rules, violations };

    expect(await runStep(stepDeps().deps, "repair@1", given)).toEqual({
      text: "You get $250 back.\n\nNot legal advice.",
      citations: [],
      ok: true,
    });
  });
});
