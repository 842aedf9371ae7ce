import { z } from "zod";

import { rewriteQuestion } from "../../answer/extractive/rewrite-question.ts";
import { TEXT_CHARACTERS_MAX } from "./evidence.ts";

const Text = z.string().max(TEXT_CHARACTERS_MAX);

/** `rewrite@1`: a question and the earlier turns, oldest first. */
export const RewriteWith = z.strictObject({
  question: Text.min(1),
  history: z
    .array(z.strictObject({ role: z.enum(["user", "assistant"]), text: Text }))
    .max(200)
    .nullish(),
});

/** Returns the question in the form to search for. A self-contained question is unchanged. It calls no model. */
export function rewriteStep({ question, history }: z.output<typeof RewriteWith>) {
  return { question: history?.length ? rewriteQuestion(history, question) : question };
}
