import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { readCorpus, readJsonLines } from "../read-lines.ts";
import type { LocalFile } from "./local-store.ts";

const QuestionLine = z.object({
  id: z.string(),
  kind: z.string(),
  question: z.string(),
  history: z
    .array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() }))
    .default([]),
  answerable: z.boolean(),
  answers: z.array(z.string()).default([]),
  all: z.array(z.string()).default([]),
  must_not: z.array(z.string()).default([]),
});

/**
 * A question of a set, with its kind. An answer is right if it has one of `answers`, or each of `all` where there are
 * some, and none of `must_not`, which are the values of neighbours. No answer is right if it is not answerable.
 */
export type GradedQuestion = z.infer<typeof QuestionLine>;

/** Reads the questions of a folder, in the file questions.jsonl. */
export const readQuestions = (folder: string): GradedQuestion[] =>
  readJsonLines(join(folder, "questions.jsonl"), QuestionLine);

/** Reads the files of a folder, in its folder `files`, in the order of their names. */
export const readFiles = (folder: string): LocalFile[] =>
  readdirSync(join(folder, "files"))
    .toSorted()
    .map((name) => ({ name, bytes: readFileSync(join(folder, "files", name)) }));

/** Reads the first `count` documents of a test collection, which do not answer the questions of another set. */
export const readDistractors = (folder: string, count: number): LocalFile[] =>
  readCorpus(folder)
    .slice(0, count)
    .map(({ _id: id, title, text }) => ({
      name: `${encodeURIComponent(id)}.md`,
      bytes: new TextEncoder().encode(title === "" ? text : `# ${title}\n\n${text}`),
    }));
