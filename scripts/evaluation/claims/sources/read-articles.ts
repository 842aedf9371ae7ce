import { join } from "node:path";

import { z } from "zod";

import { readCorpus, readJsonLines } from "../../read-lines.ts";
import type { ClaimLanguage, Source, SourceDocument, SourcePassage } from "../claim.ts";

const QuestionLine = z.object({
  id: z.string(),
  answers: z.array(z.string()),
  doc_id: z.string().nullish(),
});
type QuestionLine = z.infer<typeof QuestionLine>;

/** Two or more words with capital letters, which are a name in English and German. */
const LATIN_NAME = /^\p{Lu}[\p{Ll}.]+(?:[ -]\p{Lu}[\p{L}.]+)+$/u;
const GERMAN_ARTICLE = /^(?:Der|Die|Das|Ein|Eine|Seine) /;

/** Reads the articles of SQuAD: each is a document of several paragraphs. */
export function readSquad(folder: string): SourceDocument[] {
  const questions = readJsonLines(join(folder, "squad2", "questions.jsonl"), QuestionLine);
  return groupArticles(join(folder, "squad2"), { source: "squad", language: "en" }, (document) =>
    distinct(questions.filter(({ doc_id: id }) => id === document).flatMap(listLatinNames)),
  );
}

/**
 * Reads the articles of XQuAD in one language. A question has the same id in all languages, so its German answer shows
 * whether the answer is a name in a language without capital letters.
 */
export function readXquad(
  folder: string,
  language: Exclude<ClaimLanguage, "en">,
): SourceDocument[] {
  const read = (code: string) =>
    readJsonLines(join(folder, "xquad", code, "questions.jsonl"), QuestionLine);
  const named = new Set(
    read("de")
      .filter((line) => listLatinNames(line).length > 0)
      .map(({ id }) => id),
  );
  const questions = read(language).filter(({ id }) => named.has(id));
  const origin = { source: "xquad", language } as const;
  return groupArticles(join(folder, "xquad", language), origin, (document) =>
    distinct(
      questions
        .filter(({ doc_id: id }) => id === document)
        .flatMap(({ answers }) => answers)
        .map((answer) => answer.replace(/[.。]$/u, ""))
        .filter((answer) => !/\d/.test(answer) && answer.length > 2),
    ),
  );
}

function groupArticles(
  folder: string,
  origin: { readonly source: Source; readonly language: ClaimLanguage },
  namesIn: (document: string) => string[],
): SourceDocument[] {
  const articles = new Map<string, SourcePassage[]>();
  for (const { _id: id, title, text } of readCorpus(folder)) {
    const heading = title.replaceAll("_", " ");
    const passages = articles.get(heading) ?? [];
    const clean = text.replaceAll("\uFEFF", "").trim();
    passages.push({
      heading,
      text: clean,
      names: namesIn(id).filter((name) => clean.includes(name)),
    });
    articles.set(heading, passages);
  }
  return Array.from(articles, ([key, passages]) => ({ key, ...origin, passages }));
}

const listLatinNames = ({ answers }: QuestionLine): string[] =>
  answers.filter((answer) => LATIN_NAME.test(answer) && !GERMAN_ARTICLE.test(answer));

const distinct = (list: readonly string[]): string[] => [...new Set(list)];
