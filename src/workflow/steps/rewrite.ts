import { z } from "zod";

import { rewriteQuestion } from "../../answer/extractive/rewrite-question.ts";
import { TEXT_CHARACTERS_MAX } from "./evidence.ts";

const Text = z.string().max(TEXT_CHARACTERS_MAX);

/** The schema of the parameters of `rewrite@1`: a question, and the messages before it, oldest first. */
export const RewriteWith = z.strictObject({
  question: Text.min(1),
  history: z
    .array(z.strictObject({ role: z.enum(["user", "assistant"]), text: Text }))
    .max(200)
    .nullish(),
});

/**
 * Runs a `rewrite@1` step: completes a follow-up question from the messages before it, so that a search can use it. A
 * question that is complete is not changed. It calls no model.
 */
export function rewriteStep({ question, history }: z.output<typeof RewriteWith>) {
  return { question: history?.length ? rewriteQuestion(history, question) : question };
}
