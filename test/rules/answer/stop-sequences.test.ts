import { describe, it } from "vitest";

import type { Citation } from "../../../src/answer/answer-types.ts";
import type { SentenceCheck } from "../../../src/answer/grounding/sentence-check.ts";
import { StopSequences, type TextPiece } from "../../../src/answer/stop-sequences.ts";

const plain = (text: string): TextPiece => ({ text, citations: [], sentence: null });
const join = (pieces: readonly TextPiece[]) => pieces.map(({ text }) => text).join("");

/** Sends parts through the stops and returns the text that came out. */
function send(stops: readonly string[], parts: readonly string[]): string {
  const filter = new StopSequences(stops);
  return join([...parts.flatMap((part) => filter.push(plain(part))), ...filter.flush()]);
}

/** Every way to split a text. */
function* splits(text: string): Generator<string[]> {
  for (let mask = 0; mask < 2 ** Math.max(0, text.length - 1); mask++) {
    const parts = [""];
    for (let index = 0; index < text.length; index++) {
      parts.push((parts.pop() ?? "") + text.charAt(index));
      if ((mask >> index) & 1) parts.push("");
    }
    yield parts;
  }
}

const CASES: readonly [stops: readonly string[], text: string, left: string][] = [
  [["END"], "one END two", "one "],
  [["END"], "one EN two", "one EN two"],
  [["END"], "EEENEND x", "EEEN"],
  [["aab"], "aaab", "a"],
  [["\n\n"], "one\ntwo\n\nx", "one\ntwo"],
  [["x", "END"], "a END x", "a "],
  // The sequence that is complete first ends the text, although the other begins before it.
  [["abcd", "c"], "zabcd", "zab"],
  [["c", "bc"], "abc", "a"],
  [["END"], "one EN", "one EN"],
  [["END"], "END", ""],
  [[], "one", "one"],
];

describe("stop sequences", () => {
  it.for(CASES)(
    "with %j end %j as %j, however the text is split",
    ([stops, text, left], { expect }) => {
      for (const parts of splits(text)) {
        expect({ parts, sent: send(stops, parts) }).toEqual({ parts, sent: left });
      }
    },
  );

  it("hold back only what may begin a sequence", ({ expect }) => {
    const filter = new StopSequences(["END"]);
    expect(join(filter.push(plain("The EN")))).toBe("The ");
    expect(filter.isHolding).toBe(true);
    expect(join(filter.push(plain("A. ")))).toBe("ENA. ");
    expect(filter.isHolding).toBe(false);
  });

  it("keep the citations of a sentence with its beginning", ({ expect }) => {
    const citations: Citation[] = [CITATION];
    const filter = new StopSequences(["\n\n"]);
    const sentence = { text: "A sentence.\n", citations, sentence: CHECK };
    expect(filter.push(sentence)).toEqual([{ ...sentence, text: "A sentence." }]);
    expect(filter.push(plain("Next"))).toEqual([plain("\n"), plain("Next")]);
    const held = { ...sentence, text: "\n" };
    expect(filter.push(held)).toEqual([]);
    expect(filter.flush()).toEqual([held]);
  });

  it("forget what came after a mark", ({ expect }) => {
    const filter = new StopSequences(["END"]);
    const reset = filter.mark();
    filter.push(plain("END"));
    expect(filter.isReached).toBe(true);
    reset();
    expect(join(filter.push(plain("again")))).toBe("again");
  });
});

const CHECK: SentenceCheck = { verdict: "supported", removals: [], isWithheld: false };
const CITATION: Citation = {
  chunkId: "c",
  fileId: "file-c",
  filename: "c.md",
  quote: "A sentence",
  sourceStart: 0,
  sourceEnd: 10,
};
