import { detectQuestionLanguage } from "./questions/detect-question-language.ts";
import type { AbstentionReason } from "./questions/question-language.ts";

/**
 * Returns the fixed text that is sent when a response does not answer the question, in the language of the question.
 */
export const abstention = (question: string, reason: AbstentionReason): string =>
  detectQuestionLanguage(question).language.abstentions[reason];
