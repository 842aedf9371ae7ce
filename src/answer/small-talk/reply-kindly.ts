import { estimateTokens } from "../../ingest/text/estimate-tokens.ts";
import type { AnswerItem, AnswerRequest } from "../answer-request.ts";
import { readQuestionText } from "../question.ts";
import { readSmallTalk, type SmallTalk, stripSmallTalk } from "./read-small-talk.ts";

/** A reply to small talk, with the numbers of tokens of the question and the reply. */
export type KindReply = {
  readonly text: string;
  /** True if a sentence was left out, because of the request's limit of output tokens. */
  readonly isCut: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/**
 * Returns the reply to a request whose question is small talk: a friendly opening and a description of what the
 * built-in model does, in the question's language. Null for any other question.
 */
export function replyKindly(request: AnswerRequest): KindReply | null {
  const question = readQuestionText(request);
  const found = readSmallTalk(question);
  if (!found) return null;
  const sentences = listSentences(found, request);
  const said: string[] = [];
  let outputTokens = 0;
  for (const sentence of sentences) {
    const tokens = estimateTokens(sentence);
    if (outputTokens + tokens > (request.maxOutputTokens ?? Infinity)) break;
    outputTokens += tokens;
    said.push(sentence);
  }
  return {
    text: said.join(" "),
    isCut: said.length < sentences.length,
    inputTokens: estimateTokens(question),
    outputTokens,
  };
}

function listSentences({ kind, table }: SmallTalk, { fileSearch }: AnswerRequest): string[] {
  const about = [table.openings[kind], table.ability];
  return fileSearch === null ? [...about, table.advice] : about;
}

/**
 * Tests whether the built-in model searches before it answers a request: not for small talk, unless the client requires
 * a search.
 */
export function needsSearch(request: AnswerRequest): boolean {
  const { toolChoice } = request;
  const isDemanded = toolChoice === "required" || typeof toolChoice === "object";
  return isDemanded || readSmallTalk(readQuestionText(request)) === null;
}

/** Number of items before a question in which small talk is looked for. */
const RECENT_ITEMS_MAX = 20;

/** Removes small talk from the user's last messages, so that neither the search nor the answer looks for its words. */
export function withoutSmallTalk(request: AnswerRequest): AnswerRequest {
  const { items } = request;
  const question = items.findLastIndex(isUsers);
  const recent = Math.max(0, question - RECENT_ITEMS_MAX);
  const plain = items.slice(recent).flatMap((item, index): AnswerItem[] => {
    if (!isUsers(item)) return [item];
    if (recent + index !== question && readSmallTalk(item.text)) return [];
    return [{ ...item, text: stripSmallTalk(item.text) }];
  });
  return { ...request, items: [...items.slice(0, recent), ...plain] };
}

type Message = Extract<AnswerItem, { type: "message" }>;
const isUsers = (item: AnswerItem): item is Message =>
  item.type === "message" && item.role === "user";
