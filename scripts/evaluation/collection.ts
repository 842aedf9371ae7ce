import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import { z } from "zod";

import type { Document } from "../client/fill-store.ts";
import type { Judgements } from "./measures.ts";
import { readCorpus, readJsonLines } from "./read-lines.ts";

const Turn = z.object({ role: z.enum(["user", "assistant"]), content: z.string() });
const Meta = z.object({ history: z.array(Turn).default([]) });
const QueryLine = z.object({ _id: z.string(), text: z.string(), meta: Meta.optional() });
const QuestionLine = z.object({
  id: z.string(),
  question: z.string(),
  answers: z.array(z.string()),
  doc_id: z.string().nullish(),
  answerable: z.boolean(),
  history: z.array(Turn).default([]),
});

/** A turn of a conversation before a question. */
type Turn = z.infer<typeof Turn>;
/** A search query of a test collection, with the relevance of documents to it. */
export type Query = {
  readonly id: string;
  readonly text: string;
  readonly history: readonly Turn[];
  readonly judged: Judgements;
};
/**
 * A question of a test collection, with its correct answers. `documentName` is the document that has the answer; null
 * if the collection names none.
 */
export type Question = {
  readonly text: string;
  readonly history: readonly Turn[];
  readonly answers: readonly string[];
  readonly documentName: string | null;
  readonly answerable: boolean;
};
/** A test collection: documents, with queries to measure search and questions to measure answers. */
export type Collection = {
  readonly name: string;
  readonly documents: readonly Document[];
  /** The queries that have at least one relevant document. */
  readonly queries: readonly Query[];
  readonly questions: readonly Question[];
};

/**
 * Reads a test collection from a folder: corpus.jsonl, and if present queries.jsonl with qrels.tsv, and
 * questions.jsonl. Throws if corpus.jsonl does not exist.
 */
export function readCollection(folder: string): Collection {
  if (!existsSync(join(folder, "corpus.jsonl"))) {
    throw new Error(
      `There is no corpus.jsonl in ${resolve(folder)}. The README describes the layout.`,
    );
  }
  const judgements = readJudgements(join(folder, "qrels.tsv"));
  return {
    name: basename(resolve(folder)),
    documents: readCorpus(folder)
      // Some collections have documents without text, which no search can find.
      .filter(({ title, text }) => `${title}${text}`.trim() !== "")
      .map(({ _id: id, title, text }) => ({
        name: documentName(id),
        text: title === "" ? text : `# ${title}\n\n${text}`,
      })),
    queries: readLines(join(folder, "queries.jsonl"), QueryLine).flatMap(
      ({ _id: id, text, meta }) => {
        const judged = judgements.get(id);
        if (!judged || !Array.from(judged.values()).some((gain) => gain > 0)) return [];
        return { id, text, history: meta?.history ?? [], judged };
      },
    ),
    questions: readLines(join(folder, "questions.jsonl"), QuestionLine).map((line) => ({
      text: line.question,
      history: line.history,
      answers: line.answers,
      documentName: line.doc_id ? documentName(line.doc_id) : null,
      answerable: line.answerable,
    })),
  };
}

function documentName(id: string): string {
  return `${encodeURIComponent(id)}.md`;
}

/** Reads a file of JSON lines; none if it does not exist. */
const readLines = <Line>(path: string, schema: z.ZodType<Line>): Line[] =>
  existsSync(path) ? readJsonLines(path, schema) : [];

function readJudgements(path: string): Map<string, Map<string, number>> {
  const judgements = new Map<string, Map<string, number>>();
  if (!existsSync(path)) return judgements;
  for (const line of readFileSync(path, "utf8").split("\n").slice(1)) {
    const [query, document, score] = line.trim().split("\t");
    if (query === undefined || document === undefined || score === undefined) continue;
    const judged = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, judged.set(documentName(document), Number(score)));
  }
  return judgements;
}
