import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ExtractiveAnswer, Passage, TextTurn } from "../../../src/answer/answer-types.ts";
import { verifyCitation } from "../../../src/answer/citing/citations.ts";
import { answerExtractively } from "../../../src/answer/extractive/extractive.ts";
import { searchTexts, type Searchable } from "./search-texts.ts";

const store = (...texts: readonly string[]) =>
  texts.map((text, at): Searchable => ({
    chunkId: `chunk-${at}`,
    fileId: `file-${at}`,
    filename: `${at}.md`,
    heading: /^# (.*)/.exec(text)?.[1] ?? "",
    text,
    start: at * 1_000,
    end: at * 1_000 + text.length,
  }));

function ask(question: string, texts: readonly string[], history: readonly TextTurn[] = []) {
  const passages = searchTexts(store(...texts))(`${history.at(-2)?.text ?? ""} ${question}`);
  return answerExtractively({ question, history, passages });
}

const said = (answer: ExtractiveAnswer) => answer.sentences.map(({ text }) => text).join(" ");

const RECIPES = [
  "# Pasta\n\nBring a pot of water to the boil. Add salt and the pasta. Cook it for nine minutes.",
  "# Custard\n\nHeat the milk to just below boiling point. Whisk in the egg yolks. Do not let it boil.",
  "# Bread\n\nMix flour, water, yeast and salt. Let the dough rise for two hours. Bake it at 220 °C.",
  "# Pancakes\n\nBeat eggs, milk and flour. Ada Miller invented this recipe in 1931. Fry them in butter.",
];

const numbers = Array.from({ length: 40 }, (_, number) => number);
const PRICES = `| Product | Price | Note |\n| --- | --- | --- |\n${numbers
  .map((one) => `| P00${String(one).padStart(2, "0")} | ${3 * one} EUR | note ${one} |`)
  .join("\n")}`;
const PEOPLE = numbers
  .map((one) => `${one}; name: Person${one}; salary: ${1_000 + one}`)
  .join("\n");

describe("answerExtractively", () => {
  const answers: [string, string, readonly string[], string][] = [
    [
      "a length of time",
      "How long does the dough rise?",
      RECIPES,
      "Let the dough rise for two hours.",
    ],
    [
      "a person",
      "Who invented the pancake recipe?",
      RECIPES,
      "Ada Miller invented this recipe in 1931.",
    ],
    ["a row of a table", "What is the price of P0023?", [PRICES], "Product: P0023; Price: 69 EUR"],
    [
      "a row of a CSV file",
      "What is the salary of Person17?",
      [PEOPLE],
      "name: Person17; salary: 1017",
    ],
    ["a year", "In what year was the pancake recipe invented?", RECIPES, "1931"],
    ["a request", "Tell me about yeast", RECIPES, "Mix flour, water, yeast and salt."],
    [
      "German",
      "Wann wurde die Brücke eröffnet?",
      [
        "Die Brücke ist 300 Meter lang. Eröffnet wurde sie 1932 von König Gustav.",
        "Der Turm ist aus Holz.",
      ],
      "Eröffnet wurde sie 1932",
    ],
    [
      "Chinese",
      "大桥是哪一年建成的？",
      ["大桥全长三百米。大桥于1932年建成。每天有很多人经过。", "塔是木头做的。"],
      "大桥于1932年建成。",
    ],
    ["Thai", "สะพานเปิดใช้ในปีใด", ["สะพานเปิดใช้ในปี 1932", "หอคอยทำจากไม้"], "1932"],
    [
      "Arabic",
      "متى افتتح الجسر؟",
      ["طول الجسر ثلاثمائة متر. افتتح الجسر في عام 1932. يعبره الناس كل يوم.", "البرج من الخشب."],
      "افتتح الجسر في عام 1932.",
    ],
  ];
  it.each(answers)(
    "answers %s with the sentence that says it",
    (_kind, question, texts, expected) => {
      const answer = ask(question, texts);
      expect(answer.abstained).toBe(false);
      expect(said(answer)).toContain(expected);
    },
  );

  it("abstains when the documents do not cover the question", () => {
    for (const question of [
      "What is the boiling point of tungsten?",
      "Who won the 1998 World Cup?",
      "Who was the first president of Peru?",
      "asdf qwer zxcv",
      "钨的沸点是多少？",
      "???",
    ]) {
      expect({ question, ...ask(question, RECIPES) }).toMatchObject({
        abstained: true,
        sentences: [],
      });
    }
    expect(ask("Anything?", [])).toEqual({ sentences: [], abstained: true, confidence: 0 });
  });

  it("reads a follow-up question together with the previous turn", () => {
    const history: TextTurn[] = [
      { role: "user", text: "Custard with egg yolks" },
      { role: "assistant", text: "Heat the milk to just below boiling point." },
    ];
    expect(said(ask("Should it boil?", RECIPES, history))).toContain("Do not let it boil.");
  });

  it("starts at the beginning for a summary of everything", () => {
    const answer = ask("Summarise the document with all the water", [RECIPES[0] ?? ""]);
    expect(said(answer)).toContain("Bring a pot of water to the boil.");
    const [passage] = store(RECIPES[2] ?? "");
    const passages = passage ? [{ ...passage, score: 0 }] : [];
    const overview = answerExtractively({
      question: "Please summarise this document.",
      history: [],
      passages,
    });
    expect(said(overview)).toBe(
      "Mix flour, water, yeast and salt. Let the dough rise for two hours. Bake it at 220 °C.",
    );
  });

  it("quotes a sentence once when several passages contain it", () => {
    const fact = "The dough rises for two hours.";
    const answer = ask("How long does the dough rise?", [
      fact,
      `${fact} Then it is baked.`,
      "Salt it.",
    ]);
    expect(said(answer).split(fact)).toHaveLength(2);
  });

  it("cuts a long sentence at clauses, around the asked terms, and quotes the part exactly", () => {
    const filler =
      "the committee met again to discuss matters of no importance to anybody at all, ".repeat(4);
    const text = `In spring ${filler}the old bridge was opened by King Gustav in 1932, ${filler}and went home.`;
    const [sentence] = ask("When was the old bridge opened?", [text, "Nothing."]).sentences;
    expect(sentence?.text).toContain("the old bridge was opened by King Gustav in 1932");
    expect(sentence?.text.length).toBeLessThanOrEqual(300);
    expect(text).toContain(sentence?.citations[0]?.quote);
  });

  it("quotes exactly, within the length of a list, with the same result every time", () => {
    const word = fc.constantFrom(
      ..."boil water salt, the dough; egg 北京 ไทยเมือง 😀 pasta. minutes! What? \n\n # - flour 。".split(
        " ",
      ),
    );
    const spaced = fc.array(word, { minLength: 1, maxLength: 150 });
    const text = fc.oneof(
      spaced.map((words) => words.join(" ")),
      spaced.map((words) => words.join("")),
    );
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), scores, (question, texts, given) => {
        const passages = store(...texts).map((passage, at): Passage => ({
          ...passage,
          score: given[at] ?? 0,
        }));
        const request = { question, history: [], passages };
        const answer = answerExtractively(request);
        expect(answer).toEqual(answerExtractively(request));
        expect(answer.confidence).toBeGreaterThanOrEqual(0);
        expect(answer.confidence).toBeLessThanOrEqual(1);
        expect(answer.abstained).toBe(answer.sentences.length === 0);
        expect(said(answer).length).toBeLessThanOrEqual(LENGTH_MAX);
        for (const { text: sentence, citations } of answer.sentences) {
          expect(citations.length).toBeGreaterThan(0);
          for (const citation of citations) {
            expect(verifyCitation(citation, passages)).toBe(true);
            expect(citation.quote.trim()).not.toBe("");
            expect(sentence.isWellFormed()).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** A list of 1,200 characters, with what is shown beside its items. */
const LENGTH_MAX = 2_000;

describe("code in the evidence", () => {
  it("is not quoted as a sentence", () => {
    const text =
      "```\nThe pump starts at seven.\n```\n\nThe pump starts when the water is above the mark.";
    const passage = {
      chunkId: "chunk",
      fileId: "file-pump" as const,
      filename: "pump.md",
      heading: "",
      text,
      start: 0,
      end: text.length,
      score: 0.6,
    };
    const question = "When does the pump start?";
    const answer = answerExtractively({ question, history: [], passages: [passage] });

    expect(answer.sentences.map((sentence) => sentence.text.trim())).toEqual([
      "The pump starts when the water is above the mark.",
    ]);
  });
});

describe("a complete question after other turns", () => {
  it("is answered as without those turns", () => {
    const text = "The garage opens at six in the morning. Visitors park on level two.";
    const passage = {
      chunkId: "chunk",
      fileId: "file-handbook" as const,
      filename: "handbook.md",
      heading: "Handbook › Parking",
      text,
      start: 0,
      end: text.length,
      score: 0.25,
    };
    const answer = answerExtractively({
      question: "When does the garage open?",
      history: [
        { role: "user", text: "How many days of leave are there?" },
        { role: "assistant", text: "Every employee has 27 days of leave per year." },
      ],
      passages: [passage],
    });

    expect(answer.sentences[0]?.text.trim()).toBe("The garage opens at six in the morning.");
  });
});
