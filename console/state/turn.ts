import { call } from "../api/client.ts";
import type { Item, ModelResponse, OutputItem } from "../api/operations.ts";

/** A question with its answer, as far as it is there. */
export type Turn = {
  /** Id of the response; null until the service has taken the question. */
  readonly responseId: string | null;
  readonly question: string;
  readonly output: readonly OutputItem[];
  /** The response, which says how the answer is grounded; null until it is known. */
  readonly response: ModelResponse | null;
  readonly state: "sending" | "answering" | "reconnecting" | "done";
  /** The error by which the answer could not be made or read. */
  readonly error: unknown;
};

/** What the screen of a conversation asks for besides OpenAI's members. */
export const INCLUDE = ["edgewise.grounding", "file_search_call.results"] as const;
const ITEMS_MAX = 100;

/** Makes the turn of a question that is about to be asked. */
export const newTurn = (question: string): Turn => ({
  responseId: null,
  question,
  output: [],
  response: null,
  state: "sending",
  error: undefined,
});

/** Reads all items of a conversation, the first ones first. */
export async function readItems(id: string): Promise<Item[]> {
  const all: Item[] = [];
  const path = { conversation_id: id };
  for (let after: string | undefined; ;) {
    const query = { limit: ITEMS_MAX, order: "asc" as const, after, include: [...INCLUDE] };
    const page = await call("GET /v1/conversations/{conversation_id}/items", { path, query });
    all.push(...page.data);
    if (!page.has_more || page.last_id === null) return all;
    after = page.last_id;
  }
}

/** Tests whether an item is a question of the person. */
export const isQuestion = (item: Item) => item.type === "message" && item.role === "user";

/** Makes turns of the items of a conversation: each message of the person begins one. */
export function groupTurns(items: readonly Item[]): Turn[] {
  const turns: Turn[] = [];
  for (const item of items) {
    const last = turns.at(-1);
    if (item.type === "message" && item.role !== "assistant") {
      const question = item.content.map(({ text }) => text).join("\n");
      turns.push({ ...newTurn(question), state: "done" });
    } else if (item.type !== "function_call_output" && last) {
      const responseId = last.responseId ?? readResponseId(item.id);
      turns[turns.length - 1] = { ...last, responseId, output: [...last.output, item] };
    }
  }
  return turns;
}

/** The id of an item that a response made is that of the response, with another prefix and the item's number. */
const readResponseId = (itemId: string): string | null => {
  const key = /^[a-z]+_([0-9a-z]{48})\d{2,}$/.exec(itemId)?.[1];
  return key === undefined ? null : `resp_${key}`;
};
