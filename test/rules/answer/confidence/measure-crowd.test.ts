import { describe, expect, it } from "vitest";

import { measureCrowd } from "../../../../src/answer/extractive/confidence/measure-crowd.ts";
import { readEvidence } from "../../../../src/answer/extractive/extractive-candidates.ts";
import { answerExtractively } from "../../../../src/answer/extractive/extractive.ts";

const QUESTION = "Which towns along the river have a mint?";
const EVIDENCE = "Two towns along the river have a bank.";
const WHOLE = "Two towns along the river have a mint.";

type Text = readonly [text: string, lexical: number];

const repeat = (count: number, text: string, lexical: number): Text[] =>
  Array.from({ length: count }, () => [text, lexical]);

const toPassages = (texts: readonly Text[]) =>
  texts.map(([text, lexical], at) => ({
    chunkId: `chunk-${at}`,
    fileId: `file-${at}` as const,
    filename: "towns.md",
    heading: "",
    text,
    start: 0,
    end: text.length,
    score: 0.6,
    lexical,
  }));

/** Measures the crowd around the first of some texts. */
function crowdOf(texts: readonly Text[]): number {
  const reading = readEvidence({ question: QUESTION, history: [] }, toPassages(texts));
  const [best] = reading.candidates;
  if (!best) throw new Error("No text has a unit");
  const ranked = reading.candidates;
  return measureCrowd({ reading, ranked, best, isQuotable: () => true, now: 0 }, best);
}

describe("the crowd around the evidence", () => {
  it.each([
    [
      "close, where all passages have as much of the question",
      [[EVIDENCE, 0.4], ...repeat(19, "The river is long.", 0.3)],
      0.75,
    ],
    [
      "as close as the weakest",
      [[EVIDENCE, 0.8], ...repeat(18, "The river is long.", 0.6), ["A mint has leaves.", 0.2]],
      0.25,
    ],
    ["absent, where the store has few passages", repeat(15, "The river is long.", 0.6), 0],
    ["absent, where all passages are copies of the evidence", repeat(20, EVIDENCE, 0.6), 0],
    [
      "measured without the copies of the evidence",
      [...repeat(3, EVIDENCE, 0.5), ...repeat(16, "The river is long.", 0.4), [EVIDENCE, 0.1]],
      0.8,
    ],
    [
      "absent, where the evidence has all words of the question",
      [[WHOLE, 0.4], ...repeat(19, "The river is long.", 0.3)],
      0,
    ],
    [
      "that of the first twenty passages",
      [[EVIDENCE, 0.8], ...repeat(19, "The river is long.", 0.6), ["A mint has leaves.", 0.1]],
      0.75,
    ],
    [
      "unknown, if the search did not say how many words match",
      [[EVIDENCE, 0], ...repeat(19, "The river is long.", 0)],
      0,
    ],
  ] as const)("is %s", (_name, texts, crowd) => {
    expect(crowdOf(texts)).toBeCloseTo(crowd);
  });
});

/** Asks for the evidence among 19 other passages with so many keywords. */
const answer = (evidence: string, lexical: number) =>
  answerExtractively({
    question: QUESTION,
    history: [],
    passages: toPassages([[evidence, 0.4], ...repeat(19, "The river is long.", lexical)]),
  });

describe("an answer from evidence in a crowd", () => {
  it("is refused where nothing stands out", () => {
    expect(answer(EVIDENCE, 0.1)).toMatchObject({ abstained: false });
    expect(answer(EVIDENCE, 0.38)).toMatchObject({ abstained: true });
    expect(answer(WHOLE, 0.38)).toMatchObject({ abstained: false });
  });
});
