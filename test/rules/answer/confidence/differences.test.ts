import { describe, expect, it } from "vitest";

import {
  lacksNegation,
  lacksNumber,
  measureUntold,
} from "../../../../src/answer/extractive/confidence/differences.ts";
import { readEvidence } from "../../../../src/answer/extractive/extractive-candidates.ts";

/** Reads a question and the unit of a file that has a text, or its first one. */
function read(question: string, file: string, has = "") {
  const passage = {
    chunkId: "a",
    fileId: "file-a" as const,
    filename: "a.md",
    heading: "",
    text: file,
    start: 0,
    end: file.length,
    score: 0.6,
  };
  const reading = readEvidence({ question, history: [] }, [passage]);
  const unit = reading.candidates.find(({ start, end }) => file.slice(start, end).includes(has));
  if (!unit) throw new Error(`No unit has "${has}"`);
  return [reading.question, unit] as const;
}

describe("the negation of a question", () => {
  it.each([
    ["Which rooms can't be booked?", "The hall can be booked by members.", true],
    ["Which rooms can't be booked?", "The attic cannot be booked.", false],
    ["Which rooms can't be booked?", "The hall can be booked. The attic has no chairs.", true],
    ["What does the policy not cover?", "## Not covered\n\n- wear of the tyres\n", false],
    ["What does the policy not cover?", "The policy covers all but excludes wear.", false],
    ["Which rooms can be booked?", "The hall can be booked by members.", false],
    ["Welche Räume sind nicht frei?", "Der Saal ist frei.", true],
    ["Welche Räume sind nicht frei?", "Die Küche ist nie frei.", false],
    ["哪个房间没有窗户？", "大厅有窗户。", true],
  ])("is looked for in the evidence and above it: %s %s", (question, file, lacks) => {
    expect(lacksNegation(...read(question, file))).toBe(lacks);
  });
});

describe("the numbers of a question", () => {
  it.each([
    ["What happened in 1643?", "The king was crowned in 1651.", true],
    ["What happened in 1643?", "The king was crowned. That was in 1643.", false],
    ["What costs 4,690 euros?", "The bicycle costs 4690 euros.", false],
    ["What lies at 12.5 km?", "The mill is at kilometre 12,5.", false],
    ["Which 3 libraries are there?", "There are three libraries.", false],
    ["Which libraries are there?", "There are three libraries.", false],
  ])("are looked for in the passage, whatever their form: %s %s", (question, file, lacks) => {
    expect(lacksNumber(...read(question, file))).toBe(lacks);
  });
});

describe("the words that a question is about", () => {
  it.each([
    ["none is missing", "Who repairs bicycles?", "Ada repairs bicycles.", "Ada", 0],
    ["one of two", "Who repairs bicycles?", "Ada sells bicycles.", "Ada", 1 / 2],
    ["a word that only asks", "What is the name of the mayor?", "The mayor is Ada.", "Ada", 0],
    ["another form", "Who organised the festival?", "Ada is the organiser of it.", "Ada", 1 / 2],
    ["a heading", "Who repairs bicycles?", "# Bicycles\n\nAda repairs them.", "Ada", 0],
    ["a word beside", "Who repairs bicycles?", "We lend bicycles. Ada repairs them.", "Ada", 1 / 4],
    [
      "a row without a header",
      "How many medals has Peru won?",
      "| 1 | Peru | 3 |\n| 2 | Chad | 1 |\n",
      "Peru",
      1 / 2,
    ],
  ])("are counted if the evidence lacks them: %s", (_name, question, file, has, share) => {
    expect(measureUntold(...read(question, file, has))).toBe(share);
  });
});
