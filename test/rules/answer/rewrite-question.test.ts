import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { z } from "zod";

import type { TextTurn } from "../../../src/answer/answer-types.ts";
import { rewriteQuestion } from "../../../src/answer/extractive/rewrite-question.ts";

const Dialogue = z.object({ question: z.string(), user_turns: z.array(z.string()) });

const HISTORY: readonly TextTurn[] = [
  { role: "user", text: "Which planets have rings?" },
  { role: "assistant", text: "Saturn, Jupiter, Uranus and Neptune have rings." },
  { role: "user", text: "How was the Eiffel Tower built?" },
  { role: "assistant", text: "From wrought iron." },
];
const TOPIC = "How was the Eiffel Tower built?";

describe("rewriteQuestion", () => {
  const followUps = [
    ["How tall is it?", 1],
    ["Why?", 1],
    ["And the cost?", 1],
    ["And the iron?", 2],
    ["What about repairs of the iron parts since the year 1980?", 3],
    ["Which company supplied the wrought iron plates for this?", 2],
    ["Iron plates", 3],
    ["Who built the tower?", 3],
    ["Wie hoch ist er?", 1],
    ["它有多高？", 1],
    ["มันสูงเท่าไร", 1],
    ["كم ارتفاع هذا؟", 1],
  ] as const;
  it.each(followUps)("puts the previous turn before “%s”, %i times", (question, times) => {
    const repeated = Array.from({ length: times }, () => question).join("\n");
    expect(rewriteQuestion(HISTORY, question)).toBe(`${TOPIC}\n${repeated}`);
  });

  const alone = [
    "Which Roman emperor built the long stone wall across northern Britain?",
    "Welcher römische Kaiser baute die lange Mauer quer durch Nordengland?",
    "罗马皇帝哈德良在不列颠北部修建了什么城墙？",
    "What exactly does kosher mean?",
    "What is the tower?",
    "Who is Gustave Eiffel?",
    "Is there a canteen in Lund?",
    "When did Marie Curie receive her second prize?",
    "How is cheese made?",
    "Where can I park such as on Sundays in Ghent?",
  ];
  it.each(alone)("does not change “%s”, which needs no history", (question) => {
    expect(rewriteQuestion(HISTORY, question)).toBe(question);
  });

  it("does not change a first question, however short", () => {
    expect(rewriteQuestion([], "How tall is it?")).toBe("How tall is it?");
    expect(rewriteQuestion([{ role: "assistant", text: "Ask me about towers." }], "Why?")).toBe(
      "Why?",
    );
  });

  it("skips a turn without a topic", () => {
    const thanked: TextTurn[] = [...HISTORY, { role: "user", text: "Are you sure?" }];
    expect(rewriteQuestion(thanked, "How tall is it?")).toContain(TOPIC);
  });

  const dialogues = "../shared/eval/mtrag_un/rewrites.jsonl";
  it.skipIf(!existsSync(dialogues))(
    "keeps the words of every question of real dialogues (skipped without ../shared/eval)",
    () => {
      for (const line of readFileSync(dialogues, "utf8").trim().split("\n")) {
        const { question, user_turns: turns } = Dialogue.parse(JSON.parse(line));
        const history = turns.slice(0, -1).map((text): TextTurn => ({ role: "user", text }));
        expect(rewriteQuestion(history, question)).toContain(question);
      }
    },
  );
});
