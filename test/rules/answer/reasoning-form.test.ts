import { describe, expect, it } from "vitest";

import {
  assumeForm,
  learnForm,
  type ReasoningForm,
  type ReplyEvidence,
} from "../../../src/answer/model-output/reasoning-form.ts";

const UNKNOWN: ReasoningForm = { type: "unknown" };

/** Reads replies one after another, the first with `before`. */
const learn = (before: ReasoningForm, ...replies: ReplyEvidence[]) =>
  replies.reduce<ReasoningForm>((form, evidence) => learnForm(form, { evidence, before }), UNKNOWN)
    .type;

const assumed = (name: string) => assumeForm(name).type;
const plain = (count: number) => Array<ReplyEvidence>(count).fill("plain");

describe("the form of a model's reasoning", () => {
  it("is assumed by names that leave no doubt", () => {
    expect(
      ["deepseek-r1:8b", "qwq-32b", "Qwen3-4B-Thinking-2507", "deepseek-reasoner"].map(assumed),
    ).toEqual(Array(4).fill("unopened"));
    expect(
      ["gpt-5-mini", "openai/gpt-4o", "o3", "claude-opus-4", "gemini-3-pro"].map(assumed),
    ).toEqual(Array(5).fill("marked"));
    expect(["gpt-oss-20b", "llama3", "qwen3-8b", "marco-o1", "scripted"].map(assumed)).toEqual(
      Array(5).fill("unknown"),
    );
  });

  it("is learned from one reply", () => {
    expect(learn(UNKNOWN, "plain")).toBe("marked");
    expect(learn(UNKNOWN, "marked")).toBe("marked");
    expect(learn(UNKNOWN, "unopened")).toBe("unopened");
    expect(learn(UNKNOWN, "plain", "unopened")).toBe("unopened");
    expect(learn(UNKNOWN, "unopened", "marked")).toBe("marked");
    expect(learn(UNKNOWN, "plain", "tagged")).toBe("tagged");
    expect(learn(UNKNOWN, "unopened", "tagged", "plain")).toBe("tagged");
  });

  it("changes after ten plain replies in a row of a model that has reasoned", () => {
    expect(learn(UNKNOWN, "unopened", ...plain(9))).toBe("unopened");
    expect(learn(UNKNOWN, "unopened", ...plain(10))).toBe("marked");
    expect(learn(UNKNOWN, "tagged", ...plain(9))).toBe("tagged");
    expect(learn(UNKNOWN, "tagged", ...plain(10))).toBe("marked");
    expect(learn(UNKNOWN, ...plain(9), "unopened", ...plain(9))).toBe("unopened");
    expect(learn(assumeForm("deepseek-r1"), "plain")).toBe("unopened");
  });

  it("is that of the reply which reasoned, whichever of two is read first", () => {
    expect(learn(UNKNOWN, "unopened", "plain")).toBe("unopened");
    expect(learn(UNKNOWN, "plain", "unopened")).toBe("unopened");
  });
});
