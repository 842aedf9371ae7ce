import type { TextTurn } from "./answer-types.ts";

/**
 * The question to search with: a follow-up gets the user's previous turn put before it, a question that stands alone
 * is left as it is. More of the history makes retrieval worse.
 */
export function rewriteQuestion(history: readonly TextTurn[], question: string): string {
  const previous = history.findLast((turn) => turn.role === "user")?.text.trim();
  if (!previous) return question;
  return `${previous}\n${question}`;
}
