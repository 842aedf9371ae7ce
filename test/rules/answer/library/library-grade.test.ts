import { beforeAll, describe, expect, it } from "vitest";

import { judgeAnswer } from "../../../../scripts/evaluation/grading/judge-answer.ts";
import { LocalStore } from "../../../../scripts/evaluation/grading/local-store.ts";
import kernel from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import { LIBRARY_FILES } from "./library-files.ts";
import { LIBRARY_QUESTIONS, type LibraryQuestion } from "./library-questions.ts";

const store = new LocalStore(kernel);

beforeAll(async () => {
  for (const [name, text] of Object.entries(LIBRARY_FILES)) {
    await store.add({ name, bytes: new TextEncoder().encode(text) });
  }
});

async function grade({ kind, question, all, not = [] }: LibraryQuestion) {
  const asked = { id: "", kind, question, history: [], answerable: true, answers: [] };
  return judgeAnswer(
    { ...asked, all: [...all], must_not: [...not] },
    await store.answer(question, []),
  );
}

describe("the built-in model, on files of every structure", () => {
  it("answers questions of every kind", async () => {
    const graded = await Promise.all(LIBRARY_QUESTIONS.map(grade));
    const wrong = graded.filter(({ verdict }) => verdict !== "right");

    expect(wrong.map(({ question }) => question.question)).toSatisfy(
      (list: string[]) => list.length <= WRONG_MAX,
    );
  });

  it("quotes each citation at its place in the file", async () => {
    const answers = await Promise.all(
      LIBRARY_QUESTIONS.map(({ question }) => store.answer(question, [])),
    );
    const citations = answers.flatMap((answer) => answer.citations);

    expect(citations.length).toBeGreaterThan(LIBRARY_QUESTIONS.length / 2);
    for (const { fileId, quote, sourceStart, sourceEnd } of citations) {
      expect(store.texts.get(fileId)?.slice(sourceStart, sourceEnd)).toBe(quote);
    }
  });
});

/** Questions of the set, out of 45, that may get a wrong answer or none. */
const WRONG_MAX = 5;
