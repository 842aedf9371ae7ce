import type { AnswerFact, SettledFact } from "../../../src/conversation/answer-fact.ts";
import { newResponse } from "../../../src/conversation/response-object.ts";
import { CreateResponseBody } from "../../../src/conversation/response-request.ts";

/** The common part of the ids of the items of these responses. */
export const KEY = "0".repeat(24);
/** Makes a response that has no answer yet. */
export const response = (background = false) => {
  const tool = { type: "function", name: "f", parameters: { type: "object" } };
  const asked = { model: "m", input: "q", background, user: "u", tools: [tool] };
  const { workflow: _workflow, ...request } = CreateResponseBody.parse(asked);
  return newResponse(
    { id: `resp_${KEY}${KEY}`, conversationId: null, previousResponseId: null, createdAt: 1 },
    request,
  );
};
const citation = {
  fileId: "file-1",
  filename: "a.md",
  chunkId: "c",
  quote: "It is.",
  sourceStart: 3,
  sourceEnd: 9,
} as const;
/** Makes a piece of text with a citation. */
export const text = (said: string): AnswerFact => ({
  type: "text",
  text: said,
  citations: [citation],
});
/** Makes a piece of text without citations. */
export const plain = (said: string): AnswerFact => ({ type: "text", text: said, citations: [] });
/** The end of a complete answer. */
export const finished: SettledFact = {
  type: "settled",
  at: 2,
  outcome: {
    type: "finished",
    outcome: "completed",
    incompleteReason: null,
    usage: { inputTokens: 1, outputTokens: 2, cachedTokens: 0, reasoningTokens: 0 },
    grounding: { status: "grounded", confidence: 1, citationsVerified: 2, citationsRemoved: 0 },
    degraded: { from: "m", reason: "timeout" },
  },
};
/** The end of an answer that failed. */
export const failed: SettledFact = {
  type: "settled",
  at: 2,
  outcome: { type: "failed", code: "server_error", message: "lost" },
};
/** The end of an answer that reached its token limit. */
export const incomplete: SettledFact = {
  ...finished,
  outcome: {
    type: "finished",
    outcome: "incomplete",
    incompleteReason: "max_output_tokens",
    usage: { inputTokens: 1, outputTokens: 2, cachedTokens: 0, reasoningTokens: 0 },
    grounding: null,
    degraded: null,
  },
};
/** A search with one result. */
export const search: AnswerFact[] = [
  { type: "search_started", queries: ["q"] },
  {
    type: "search_completed",
    queries: ["q"],
    results: [{ file_id: "file-1", filename: "a.md", score: 0.5, attributes: {}, text: "It is." }],
  },
];
/** A whole function call. */
export const call = {
  type: "function_call",
  callId: "call_1",
  name: "f",
  arguments: "{}",
} as const satisfies AnswerFact;

/** Makes a piece of reasoning. */
export const reasoning = (said: string): AnswerFact => ({ type: "reasoning", text: said });
/** Makes the beginning of a function call that arrives in pieces. */
export const inPieces = (callId: string, ...deltas: string[]): AnswerFact[] => [
  { type: "function_call_started", callId, name: "f" },
  ...deltas.map((delta) => ({ type: "function_call_delta" as const, callId, delta })),
];
/** Makes the end of such a call. */
export const ended = (callId: string): AnswerFact => ({ type: "function_call_ended", callId });
