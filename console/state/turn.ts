import { call } from "../api/client.ts";
import type { Item, ModelResponse, OutputItem } from "../api/operations.ts";
import { catchUp, type NewestFirst } from "./catch-up.ts";

/** A question with its answer, as far as it is there. */
export type Turn = {
  /** Name of the turn on this page, which stays the same. */
  readonly key: string;
  /** Id of the question's item in the conversation; null for a question that this page has asked since it was read. */
  readonly questionId: string | null;
  /** Id of the response; null until the service has taken the question. */
  readonly responseId: string | null;
  /**
   * Of a turn that was copied from another conversation, id of the response of the original, whose record says how the
   * answer came about. It belongs to that conversation: nothing that is done to the copy changes it. Null otherwise.
   */
  readonly originId: string | null;
  readonly question: string;
  readonly output: readonly OutputItem[];
  /** The response, which says how the answer is grounded; null until it is known. */
  readonly response: ModelResponse | null;
  /** True if the record of the answer was deleted: its text is here, and nothing says how it is grounded. */
  readonly isForgotten: boolean;
  /** `waiting`: the answer is being made, or waits for its turn, and nobody here reads its events. */
  readonly state: "sending" | "answering" | "reconnecting" | "waiting" | "done";
  /** The error by which the answer could not be made or read. */
  readonly error: unknown;
};

/** The values of `include` with which responses and items are read: members that they have only on request. */
export const INCLUDE = ["edgewise.grounding", "file_search_call.results"] as const;
const ITEM_INCLUDE = [...INCLUDE, "edgewise.response_id"] as const;

/** Makes the turn of a question that is about to be asked. */
export const newTurn = (key: string, question: string): Turn => ({
  key,
  questionId: null,
  responseId: null,
  originId: null,
  question,
  output: [],
  response: null,
  isForgotten: false,
  state: "sending",
  error: undefined,
});

/** Returns the id of the response whose record explains the answer of a turn: its own or, of a copy, the original's. */
export const recordOf = ({ responseId, originId }: Turn): string | null => responseId ?? originId;

/** Reads a page of the items of a conversation. */
export const readItemPage = (id: string, page: NewestFirst) =>
  call("GET /v1/conversations/{conversation_id}/items", {
    path: { conversation_id: id },
    query: { ...page, include: [...ITEM_INCLUDE] },
  });

/** Reads all items of a conversation, the first ones first. */
export const readItems = (id: string): Promise<readonly Item[]> =>
  catchUp([], (page) => readItemPage(id, page));

/** Tests whether an item begins a turn. */
const isQuestion = (item: Item) => item.type === "message" && item.role !== "assistant";

/**
 * Finds the items of a turn among those of its conversation. There are none for a question that the service has not
 * taken, and for a response that was cancelled or has failed, which leaves nothing in its conversation.
 */
export function itemsOf({ questionId, responseId }: Turn, items: readonly Item[]): Item[] {
  const from = items.findIndex(({ id, response_id: owner }) =>
    questionId === null ? responseId !== null && owner === responseId : id === questionId,
  );
  if (from < 0) return [];
  const next = items.findIndex((item, index) => index > from && isQuestion(item));
  return items.slice(from, next < 0 ? undefined : next);
}

/** Finds the items of a conversation up to the end of the last one of `turns`. */
export function itemsUntil(turns: readonly Turn[], items: readonly Item[]): Item[] {
  const last = turns.flatMap((turn) => itemsOf(turn, items)).at(-1);
  return last ? items.slice(0, items.indexOf(last) + 1) : [];
}

/** Makes turns of the items of a conversation: each message of the person begins one. */
export function groupTurns(items: readonly Item[]): Turn[] {
  const turns: Turn[] = [];
  for (const item of items) {
    const last = turns.at(-1);
    const owners = readOwners(item);
    if (item.type === "message" && item.role !== "assistant") {
      const questionId = item.id;
      const question = item.content.map(({ text }) => text).join("\n");
      const turn = {
        ...newTurn(questionId, question),
        questionId,
        ...owners,
        state: "done",
      } as const;
      const record = recordOf(turn);
      // Of several messages in one request, the last one is answered.
      if (last && record !== null && recordOf(last) === record) {
        turns[turns.length - 1] = { ...last, responseId: null, originId: null };
      }
      turns.push(turn);
    } else if (item.type !== "function_call_output" && last) {
      const answered = recordOf(last) === null ? { ...last, ...owners } : last;
      turns[turns.length - 1] = { ...answered, output: [...last.output, item] };
    }
  }
  return turns;
}

/** Reads from an item the response that it belongs to or, of a copy without one, that of its original. */
function readOwners(item: Item): Pick<Turn, "responseId" | "originId"> {
  const responseId = item.response_id ?? null;
  return { responseId, originId: responseId === null ? (item.origin_response_id ?? null) : null };
}
