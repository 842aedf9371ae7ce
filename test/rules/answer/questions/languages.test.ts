import { describe, expect, it } from "vitest";

import { abstention } from "../../../../src/answer/abstain.ts";
import {
  detectExpectation,
  type ExpectedAnswer,
  meetsExpectation,
} from "../../../../src/answer/questions/asked-kind.ts";
import { dependsOnContext } from "../../../../src/answer/questions/depends-on-context.ts";
import { detectQuestionLanguage } from "../../../../src/answer/questions/detect-question-language.ts";
import { QUESTION_LANGUAGES } from "../../../../src/answer/questions/languages/tables.ts";
import { sentences } from "../../../../src/ingest/text/sentences.ts";
import { ASIAN_CASES } from "./asian-cases.ts";
import { EUROPEAN_CASES } from "./european-cases.ts";

/** The cases, by the code of the language. */
const LANGUAGE_CASES = { ...EUROPEAN_CASES, ...ASIAN_CASES };

describe.each(Object.entries(LANGUAGE_CASES))("questions in %s", (code, cases) => {
  const asked = Object.entries(cases.questions).flatMap(([kind, questions]) =>
    questions.map((question) => ({ kind, question })),
  );

  it.each(asked)("reads $question as one for $kind", ({ kind, question }) => {
    const { expects, lexicon } = detectExpectation(question);
    expect(lexicon.language.code).toBe(code);
    expect(expects).toBe(kind);
  });

  it("tells sentences that give a duration or a reason", () => {
    const lexicon = detectQuestionLanguage(asked[0]?.question ?? "");
    const meets = (expects: ExpectedAnswer, sentence: string) =>
      meetsExpectation({ expects, asking: "", lexicon }, sentence, "");
    expect(meets("duration", cases.duration)).toBe(true);
    expect(meets("reason", cases.reason)).toBe(true);
    expect(meets("duration", cases.neither)).toBe(false);
    expect(meets("reason", cases.neither)).toBe(false);
  });

  it("cuts sentences", () => {
    const text = cases.sentences.replaceAll("¦", "");
    const cut = sentences(text).map(({ start, end }) => text.slice(start, end));
    expect(cut).toEqual(cases.sentences.split("¦").map((sentence) => sentence.trim()));
  });

  it.each(cases.followUps)("rewrites %s", (question) => {
    expect(dependsOnContext(question, [cases.complete])).not.toBe("none");
  });

  it(`does not rewrite ${cases.complete}`, () => {
    expect(dependsOnContext(cases.complete, [cases.complete])).toBe("none");
  });

  it("abstains in the language of the question", () => {
    const language = QUESTION_LANGUAGES.find((one) => one.code === code);
    for (const { question } of asked) {
      expect(abstention(question, "unsupported")).toBe(language?.abstentions.unsupported);
    }
  });
});

it("has cases of every language", () => {
  expect(Object.keys(LANGUAGE_CASES).toSorted()).toEqual(
    QUESTION_LANGUAGES.map(({ code }) => code).toSorted(),
  );
});

describe("a question whose language is not clear", () => {
  it.each([
    ["", "en"],
    ["5", "en"],
    ["E1066", "en"],
    ["?", "en"],
    ["x", "en"],
    ["die hard movie", "en"],
    ["Data isolation", "en"],
    ["what does สวัสดี mean", "en"],
    ["iPhone 15 Pro Max の値段は?", "ja"],
    ["東京人口", "zh"],
    ["Обучение", "ru"],
    ["<b>Wann</b> öffnet das <i>Büro</i>?", "de"],
    ["When does the office open? Wann öffnet das Büro, und wer hat die Schlüssel?", "de"],
  ])("%j is read as %s", (question, code) => {
    expect(detectQuestionLanguage(question).language.code).toBe(code);
  });
});
