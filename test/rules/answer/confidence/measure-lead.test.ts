import { describe, expect, it } from "vitest";

import { measureLead } from "../../../../src/answer/extractive/confidence/measure-lead.ts";
import { readEvidence } from "../../../../src/answer/extractive/extractive-candidates.ts";

const QUESTION = "Which towns along the river have a mint?";

/** Measures the lead of the first of some texts, with the rank of each. */
function leadOf(texts: readonly (readonly [text: string, rank: number])[]): number {
  const passages = texts.map(([text], at) => ({
    chunkId: `chunk-${at}`,
    fileId: `file-${at}` as const,
    filename: `${at}.md`,
    heading: "",
    text,
    start: 0,
    end: text.length,
    score: 0.6,
  }));
  const reading = readEvidence({ question: QUESTION, history: [] }, passages);
  const ranks = new Map(texts);
  const [best] = reading.candidates;
  if (!best) throw new Error("No text has a unit");
  const ranked = reading.candidates;
  const composing = { reading, ranked, best, isQuotable: () => true, now: 0 };
  return measureLead(composing, best, ({ passage }) => ranks.get(passage.text) ?? 0, 4);
}

describe("the lead of the best evidence", () => {
  it.each([
    ["nothing else is there", [["Two towns along the river have a mint.", 9]], 1],
    [
      "other evidence has other words, and ranks much lower",
      [
        ["Two towns along the river have a mint.", 9],
        ["The river is long.", 2],
      ],
      1,
    ],
    [
      "other evidence has other words, and ranks nearly as high",
      [
        ["Two towns have a bank.", 4],
        ["The river is long.", 3],
      ],
      1 / 4,
    ],
    [
      "a copy or another version ranks as high",
      [
        ["Two towns along the river have a mint.", 9],
        ["Three towns along the river have a mint.", 9],
        ["The river is long.", 8],
      ],
      1 / 4,
    ],
    [
      "the best was preferred to what ranks higher",
      [
        ["Two towns have a bank.", 3],
        ["The river is long.", 4],
      ],
      0,
    ],
  ] as const)("is %s", (_name, texts, lead) => {
    expect(leadOf(texts)).toBe(lead);
  });
});
