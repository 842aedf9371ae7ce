import { describe, expect, it } from "vitest";

import { matchStatement } from "../../../../src/answer/extractive/confidence/statement.ts";
import { readUnit } from "../read-unit.ts";

function match(asked: string, file: string, before: readonly string[] = []) {
  const { question, unit } = readUnit(asked, file, { before });
  return matchStatement(question, unit);
}

const MILL = "Ada Norton bought the largest mill of the valley for the town in 1890.";
const STATED = { stated: 1, differs: false };
const DIFFERENT = { stated: 0, differs: true };
const UNKNOWN = { stated: 0, differs: false };

describe("a question as a statement", () => {
  it.each([
    ["that the passage makes", "Who bought the largest mill of the valley in 1890?", STATED],
    ["of another superlative", "Who bought the smallest mill of the valley?", DIFFERENT],
    ["of another year", "Who bought the largest mill of the valley in 1870?", DIFFERENT],
    [
      "of the contrary, to be decided",
      "Was the smallest mill of the valley bought?",
      { stated: 3 / 4, differs: false },
    ],
    ["of the opposite", "Who never bought the largest mill of the valley?", UNKNOWN],
    ["of other things", "How deep is the lake behind the castle?", UNKNOWN],
  ])("is checked against the passage: one %s", (_name, question, expected) => {
    expect(match(question, MILL)).toEqual(expected);
  });

  it("is not checked if it follows another one", () => {
    const before = ["When was the largest mill of the valley bought?"];
    expect(match("And the smallest one?", MILL)).not.toEqual(STATED);
    expect(match("And the smallest one?", MILL, before)).toEqual(STATED);
  });

  it("is not checked against a row without a header", () => {
    expect(match("How many medals has Peru won?", "| 1 | Peru | 3 |\n| 2 | Chad | 1 |\n")).toEqual(
      STATED,
    );
  });

  it("is checked in another language", () => {
    const file = "Ada kaufte die größte Mühle des Tals im Jahr 1890.";
    expect(match("Wer kaufte die größte Mühle des Tals im Jahr 1890?", file)).toEqual(STATED);
    expect(match("Wer kaufte die größte Mühle des Tals im Jahr 1870?", file)).toEqual(DIFFERENT);
  });
});
