import { describe, expect, it } from "vitest";

import { detectShape } from "../../../../src/answer/extractive/composing/question-shape.ts";
import { isAskedRow } from "../../../../src/answer/extractive/confidence/asked-rows.ts";
import { ask } from "../ask-files.ts";
import { readUnit } from "../read-unit.ts";

const ROOMS =
  "| Room | Who may use it | Price |\n| --- | --- | --- |\n| Hall | members of the club | 40 EUR |\n| Attic | children of members | free |\n";

/** Tests whether a question asks for the row or sentence that has a word. */
function isAsked(asked: string, file: string, has: string) {
  const { question, unit } = readUnit(asked, file, { has });
  return isAskedRow(question, unit, detectShape(asked));
}

describe("a row of a table", () => {
  it.each([
    ["whose key is named", "What is the hall?", "Hall", true],
    ["named by such a value", "Where are the children of members?", "Attic", true],
    ["that only shares words", "Are members ever rich?", "Hall", false],
    [
      "for a question about how to do something",
      "How do I become one of the members?",
      "Hall",
      false,
    ],
  ])("is what is asked for or not: one %s", (_name, question, has, expected) => {
    expect(isAsked(question, ROOMS, has)).toBe(expected);
  });

  it("is asked for by a part of its key together with a column or a kind of value", () => {
    const table =
      "| Thing | Rule | Days |\n| --- | --- | --- |\n| Lost keys of lockers | report them | 14 |\n";
    expect(isAsked("Is there a rule for lost keys?", table, "Lost")).toBe(true);
    expect(isAsked("How many days are lost keys kept?", table, "Lost")).toBe(true);
    expect(isAsked("Is it bad that keys are lost?", table, "Lost")).toBe(false);
  });

  it("does not concern sentences", () => {
    expect(isAsked("How do I open it?", "The hall is open.", "hall")).toBe(true);
  });

  it("gives way to a sentence, if it only shares words with the question", () => {
    const file =
      "# Deploying\n\n| Found | Advice |\n| --- | --- |\n| a bucket that you deploy to, of another service | delete the service |\n\nTo deploy the service, run the command deploy.\n";
    expect(ask("How do I deploy the service?", { "a.md": file }).said).toContain("run the command");
  });
});
