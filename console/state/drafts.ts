import { ApiError, isAway } from "../api/client.ts";
import { keep, readKept } from "./kept.ts";
import { projectId } from "./session.ts";
import { newTurn, type Turn } from "./turn.ts";

/** The names of the questions that have not reached the service. A conversation that does not exist yet is null. */
const nameDraft = (conversation: string | null) =>
  `edgewise-draft-${projectId.value}-${conversation ?? "new"}`;
const nameUnsent = (conversation: string) => `edgewise-unsent-${conversation}`;

/** Returns what was typed last in a conversation, and not sent. */
export const readDraft = (conversation: string | null): string => readKept(nameDraft(conversation));

/** Keeps what is typed in a conversation; an empty text is forgotten. */
export const keepDraft = (conversation: string | null, text: string): void =>
  keep(nameDraft(conversation), text);

/** Takes what was typed while a conversation was being made into it. */
export function moveDraft(made: string): void {
  keepDraft(made, readDraft(null));
  keepDraft(null, "");
}

type Unsent = { readonly question: string; readonly message: string };

/** Tests whether a turn is a question that has not reached the service: one that was refused has. */
const isUnsent = ({ responseId, questionId, error }: Turn) =>
  responseId === null && questionId === null && isAway(error);

/** Keeps the questions of a conversation that could not be sent. */
export function keepUnsent(conversation: string, turns: readonly Turn[]): void {
  const unsent = turns.filter(isUnsent).map(({ question, error }): Unsent => {
    return { question, message: error instanceof Error ? error.message : String(error) };
  });
  keep(nameUnsent(conversation), unsent.length === 0 ? "" : JSON.stringify(unsent));
}

/** Makes the turns of the questions that could not be sent before the page was loaded again. */
export function readUnsent(conversation: string): Turn[] {
  const unsent: Unsent[] = JSON.parse(readKept(nameUnsent(conversation)) || "[]");
  return unsent.map(({ question, message }) => ({
    ...newTurn(crypto.randomUUID(), question),
    state: "done",
    error: new ApiError(0, "unsent", message),
  }));
}
