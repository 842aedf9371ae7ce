import { join } from "node:path";

import { z } from "zod";

import { readCorpus, readJsonLines } from "../../read-lines.ts";
import type { HumanAnswer, SourcePassage } from "../claim.ts";

const QuestionLine = z.object({
  id: z.string(),
  answers: z.array(z.string()),
  doc_ids: z.array(z.string()).nullish(),
  label: z.string(),
});
type QuestionLine = z.infer<typeof QuestionLine>;

/** The document of a passage's id: a page of IBM's documentation, a post, an article or a web page. */
const DOCUMENT = /^(?:ibmcld_\d+|[0-9a-f]{16}|\d+)/;

/**
 * Reads the answers that people wrote in mtRAG's dialogues over passages that answer the question. Answers that share a
 * dialogue or a document have the same key.
 */
export function readHumanAnswers(folder: string): HumanAnswer[] {
  const passages = new Map(
    readCorpus(join(folder, "mtrag_un")).map(
      ({ _id: id, title, text }): [string, SourcePassage] => [
        id,
        { heading: title, text, names: [] },
      ],
    ),
  );
  const questions = readJsonLines(join(folder, "mtrag_un", "questions.jsonl"), QuestionLine).filter(
    ({ label, doc_ids: ids }) => label === "ANSWERABLE" && ids && ids.length > 0,
  );
  const groups = groupByDocument(questions);
  return questions.flatMap((question): HumanAnswer[] => {
    const [text] = question.answers;
    if (text === undefined) return [];
    const own = (question.doc_ids ?? []).flatMap((id) => passages.get(id) ?? []);
    return [{ key: groups(question), text, passages: own }];
  });
}

/** Joins the questions that share a dialogue or a document. Returns a function that names a question's group. */
function groupByDocument(questions: readonly QuestionLine[]): (question: QuestionLine) => string {
  const parents = new Map<string, string>();
  const find = (member: string): string => {
    const parent = parents.get(member) ?? member;
    return parent === member ? member : find(parent);
  };
  const dialogue = ({ id }: QuestionLine) => `dialogue ${id.split("<")[0]}`;
  for (const question of questions) {
    for (const id of question.doc_ids ?? []) {
      parents.set(find(DOCUMENT.exec(id)?.[0] ?? id), find(dialogue(question)));
    }
  }
  return (question) => find(dialogue(question));
}
