import type { AnswerRequest } from "./answer-request.ts";
import type { TextTurn } from "./answer-types.ts";

/** Returns the question of a request: the text of its last user message; "" without one. */
export function readQuestionText(request: AnswerRequest): string {
  return readTurns(request).question;
}

/** Splits the messages of a request into the question (the last user message) and the messages before it. */
export function readTurns({ items }: AnswerRequest): { question: string; history: TextTurn[] } {
  const turns: TextTurn[] = [];
  for (const item of items) {
    if (item.type !== "message") continue;
    const { role, text } = item;
    if (role === "user" || role === "assistant") turns.push({ role, text });
  }
  const last = turns.findLastIndex((turn) => turn.role === "user");
  return { question: turns[last]?.text ?? "", history: turns.slice(0, Math.max(0, last)) };
}
