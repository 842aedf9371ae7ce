import { describe, expect, it } from "vitest";

import { detectQuestionLanguage } from "../../../../src/answer/questions/detect-question-language.ts";

describe("a question without the words that ask", () => {
  it.each([
    ["Who bought Norton Mill?", "bought Norton Mill?"],
    ["How many seats has the hall?", "seats has the hall?"],
    ["The mill was bought by whom", "The mill was bought by"],
    ["Is the whole hall open?", "Is the whole hall open?"],
    ["Wie viele Plätze hat der große Saal?", "Plätze hat der große Saal?"],
    ["Où habite Élodie à Norton ?", "habite Élodie à Norton ?"],
    ["谁买了磨坊？", "买了磨坊？"],
    ["磨坊是哪一年建成的？", "磨坊是 建成的？"],
  ])("keeps the others as they are: %s", (question, rest) => {
    expect(detectQuestionLanguage(question).removeAsking(question)).toBe(rest);
  });
});
