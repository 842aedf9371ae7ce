import { describe, expect, it } from "vitest";

import {
  countUnnamed,
  isReplaced,
  lacksNegation,
  measureUntold,
} from "../../../../src/answer/extractive/confidence/differences.ts";
import { readUnit } from "../read-unit.ts";

/** Reads a question and the unit of a file that has a text, or its first one. */
function read(asked: string, file: string, has = "") {
  const { question, unit } = readUnit(asked, file, { has });
  return [question, unit] as const;
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

describe("the names and numbers of a question", () => {
  it.each([
    ["none is missing", "When did Ada sell Norton Mill?", "Norton Mill was sold by Ada.", 0],
    ["one is missing", "When did Ada sell Norton Mill?", "Ada sold the mill of Weston.", 1],
    ["more count as two", "Did Ada sell Norton Mill to Ben?", "The tower was closed.", 2],
    ["a number is one", "Who was crowned in 1643?", "The king was crowned in 1651.", 1],
    ["of another sentence", "Who was crowned in 1643?", "Ada was. That was in 1643.", 0],
    ["of a heading", "Who works at Norton?", "# Norton\n\nAda works there.", 0],
    ["without names", "Who was crowned?", "The tower was closed.", 0],
  ])("are counted if the passage lacks them: %s", (_name, question, file, count) => {
    expect(countUnnamed(...read(question, file))).toBe(count);
  });
});

describe("a word of the question in whose place the evidence has another", () => {
  it.each([
    ["another one", "Who owns the northern tower?", "Ada owns the western tower.", true],
    ["the same one", "Who owns the northern tower?", "Ada owns the northern tower.", false],
    ["none", "Who owns the northern tower?", "Ada owns it. The tower is old.", false],
    [
      "the same one elsewhere",
      "Who owns the northern tower?",
      "Ada owns the western tower, Ben the northern one.",
      false,
    ],
    ["one that means it", "Who may steer a big boat?", "Ben may steer a large boat.", false],
  ])("is found: %s", (_name, question, file, isFound) => {
    expect(isReplaced(...read(question, file))).toBe(isFound);
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
