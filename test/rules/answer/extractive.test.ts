import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Passage } from "../../../src/answer/answer-types.ts";
import { verifyCitation } from "../../../src/answer/citations.ts";
import { answerExtractively } from "../../../src/answer/extractive.ts";

function passages(...texts: readonly string[]): Passage[] {
  return texts.map((text, at) => ({
    chunkId: `chunk-${at}`,
    fileId: `file-${at}`,
    filename: `${at}.md`,
    heading: "",
    text,
    start: at * 1_000,
    end: at * 1_000 + text.length,
    score: 0.6 - at * 0.05,
  }));
}

const ask = (question: string, ...texts: readonly string[]) =>
  answerExtractively({ question, history: [], passages: passages(...texts) });
const said = (answer: ReturnType<typeof ask>) => answer.sentences.map(({ text }) => text).join(" ");

const RECIPES = [
  "# Pasta\n\nBring a pot of water to the boil. Add salt and the pasta. Cook it for nine minutes.",
  "# Custard\n\nHeat the milk to just below boiling point. Whisk in the egg yolks. Do not let it boil.",
  "# Bread\n\nMix flour, water, yeast and salt. Let the dough rise for two hours.",
];

describe("answerExtractively", () => {
  it("answers with the sentence that says it", () => {
    const answer = ask("How long does the dough rise?", ...RECIPES);
    expect(answer.abstained).toBe(false);
    expect(said(answer)).toContain("Let the dough rise for two hours.");
  });

  it("abstains when the evidence is about something else", () => {
    for (const question of [
      "What is the boiling point of tungsten?",
      "Who won the 1998 World Cup?",
      "asdf qwer zxcv",
    ]) {
      expect(ask(question, ...RECIPES)).toMatchObject({ abstained: true, sentences: [] });
    }
  });

  it("abstains without evidence", () => {
    expect(ask("Anything?")).toEqual({ sentences: [], abstained: true, confidence: 0 });
  });

  it("quotes exactly, in at most two sentences and 300 characters, and always the same", () => {
    const word = fc.constantFrom(
      ..."boil water salt, the dough; egg 北京 ไทย 😀 pasta. minutes! What? \n\n # - flour".split(
        " ",
      ),
    );
    const text = fc.array(word, { minLength: 1, maxLength: 150 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), (question, texts) => {
        const evidence = passages(...texts);
        const request = { question, history: [], passages: evidence };
        const answer = answerExtractively(request);
        expect(answer).toEqual(answerExtractively(request));
        expect(answer.sentences.length).toBeLessThanOrEqual(2);
        expect(said(answer).length).toBeLessThanOrEqual(300);
        for (const { text: sentence, citations } of answer.sentences) {
          expect(citations.length).toBeGreaterThan(0);
          for (const citation of citations) {
            expect(verifyCitation(citation, evidence)).toBe(true);
            expect(sentence).toContain(citation.quote);
          }
        }
      }),
    );
  });
});
