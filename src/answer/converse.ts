import type { LanguageModelV3CallOptions, LanguageModelV3Prompt } from "@ai-sdk/provider";

import { abstention } from "./abstain.ts";
import type { AnswerModel } from "./answer-model.ts";
import type { AnswerEvent, AnswerRequest } from "./answer-request.ts";
import { askModel, type ModelReply } from "./ask-model.ts";
import { CitedProse, PlainDeltas, WholeSentences } from "./citing/spoken-text.ts";
import type { Draft } from "./draft.ts";
import { passageOptions } from "./extractive/built-in-model.ts";
import { PassedCalls } from "./functions/passed-calls.ts";
import { SentCalls } from "./functions/sent-calls.ts";
import {
  askAgain,
  endBegun,
  readTurn,
  recordSent,
  type TurnCalls,
  unusableReply,
  wholeCalls,
} from "./functions/turn-calls.ts";
import { findJudge, judgeClaims } from "./grounding/claim-judge.ts";
import { FILE_SEARCH, offeredTools, parseQueries } from "./model-tools.ts";
import type { Output } from "./output-room.ts";
import {
  assistantMessage,
  type ModelToolCall,
  passageLines,
  buildPrompt,
  toolMessage,
} from "./prompt.ts";
import { readQuestionText } from "./question.ts";
import type { AbstentionReason } from "./questions/question-language.ts";
import { type AnswerDeps, searchInto } from "./search-into.ts";
import { replyKindly } from "./small-talk/reply-kindly.ts";

/** Maximum number of model calls for one answer. In the last one the model can no longer search. */
const ROUNDS_MAX = 4;

/**
 * The outcome of an answer's model calls. `incompleteReason` says why the answer is incomplete; null if it is complete.
 */
export type ModelOutcome = {
  readonly incompleteReason: "max_output_tokens" | "content_filter" | null;
};

/**
 * Answers a request with the built-in model, in one call that passes it the passages as data. Small talk gets a fixed
 * reply without a call. The built-in model does not call tools.
 */
export async function* quote(
  model: AnswerModel,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, ModelOutcome, undefined> {
  draft.expectQuotes();
  const kindly = replyKindly(request);
  if (kindly) {
    draft.tokens.add({ input: kindly.inputTokens, output: kindly.outputTokens });
    yield* draft.putReply(kindly.text);
    return { incompleteReason: kindly.isCut ? "max_output_tokens" : null };
  }
  const call: LanguageModelV3CallOptions = {
    ...samplingOptions(request, draft),
    prompt: buildPrompt(request, null),
    providerOptions: passageOptions(draft.passages.all),
    abortSignal: signal,
  };
  const reply = yield* askModel(model, call, draft, () => new WholeSentences());
  return yield* endAnswer(request, reply, draft, draft.searched ? "unsupported" : "no_documents");
}

/**
 * Answers a request with a language model. Calls the model again after each search that the model asks for, until it
 * has written its answer or calls a function that the client declared.
 */
export async function* converse(
  deps: AnswerDeps,
  model: AnswerModel,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, ModelOutcome, undefined> {
  const found = draft.passages.all.map((passage, index) => ({ number: index + 1, passage }));
  const prompt = buildPrompt(request, draft.searched ? found : null);
  const sent = new SentCalls();
  for (let round = 1; ; round++) {
    const isLast = round === ROUNDS_MAX;
    const call: LanguageModelV3CallOptions = {
      ...samplingOptions(request, draft),
      ...offeredTools(request, {
        maySearch: !isLast && maySearch(request, draft),
        searched: draft.searched,
      }),
      ...responseFormat(request),
      prompt,
      abortSignal: signal,
    };
    const passed = new PassedCalls(request, sent);
    const reply = yield* askModel(model, call, draft, () => createText(request), passed);
    const turn = readTurn(request, reply.calls, passed, sent);
    yield* putAll(draft, endBegun(turn, sent));
    // A reply that reached its limit is cut off: it is incomplete, with the calls that are whole.
    const isCut = reply.finish === "length";
    if (!isCut) recordSent(turn, passed, sent);
    if (draft.isStopped) return endStopped(turn, sent);
    if (turn.isUnusable && !isCut) {
      if (isLast) throw unusableReply(turn, sent);
      askAgain(reply, turn, passed, sent, prompt);
      continue;
    }
    if (turn.hasCalls) {
      yield* draft.endText();
      if (!draft.isStopped) yield* putAll(draft, wholeCalls(turn, passed, sent));
      return readOutcome(reply, draft);
    }
    const mustContinue = reply.calls.some(isSearch) || (reply.calls.length > 0 && draft.isEmpty);
    if (isLast || !mustContinue || isCut || request.toolChoice === "none") {
      if (sent.begun !== null && !isCut) throw unusableReply(turn, sent);
      yield* judgeWaiting(deps, request, draft, signal);
      return yield* endAnswer(request, reply, draft, readSilence(request, draft));
    }
    yield* answerCalls(deps, request, draft, reply, prompt, signal);
  }
}

/** Ends an answer whose text has reached a stop sequence. Throws if the client has a call without its end. */
function endStopped(turn: TurnCalls, sent: SentCalls): ModelOutcome {
  if (sent.begun !== null) throw unusableReply(turn, sent);
  return STOPPED;
}

function* putAll(draft: Draft, outputs: readonly Output[]) {
  for (const output of outputs) yield* draft.put(output);
}

/**
 * Ends an answer with its last reply. An empty one says that it gives no answer, for `reason`; it stays empty if that is
 * null.
 */
function* endAnswer(
  request: AnswerRequest,
  reply: ModelReply,
  draft: Draft,
  reason: AbstentionReason | null,
) {
  yield* draft.endText();
  const outcome = readOutcome(reply, draft);
  if (draft.hasLostAll) {
    yield* draft.abstain(abstention(readQuestionText(request), "unsupported"));
  } else if (draft.isEmpty && reason !== null && outcome.incompleteReason === null) {
    const text = abstention(readQuestionText(request), reason);
    yield* reason === "silent" ? draft.putReply(text) : draft.abstain(text);
  }
  return outcome;
}

/** Asks the project's judge about the sentences that wait for it, and sends them. */
async function* judgeWaiting(
  deps: AnswerDeps,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const judge = findJudge(deps, request);
  if (judge === null || draft.undecided.length === 0) return;
  yield* draft.settleClaims(await judgeClaims(judge, draft.undecided, draft.tokens, signal));
}

/**
 * Returns what an empty reply of a language model says. Null where the reader expects JSON, and where functions are
 * declared: after their outputs, a model may have nothing to add.
 */
function readSilence(request: AnswerRequest, { searched }: Draft): AbstentionReason | null {
  if (request.textFormat.type !== "text") return null;
  if (request.fileSearch !== null || searched) return "unsupported";
  return request.functions.length === 0 ? "silent" : null;
}

/** The outcome of text that reached a stop sequence, which is a complete answer. */
const STOPPED: ModelOutcome = { incompleteReason: null };

const isSearch = (call: ModelToolCall) => call.toolName === FILE_SEARCH;

const maySearch = ({ maxToolCalls }: AnswerRequest, { searches }: Draft) =>
  maxToolCalls === undefined || searches < maxToolCalls;

/** Runs the searches of a reply and appends their results to the prompt, or an error for a tool that does not exist. */
async function* answerCalls(
  deps: AnswerDeps,
  request: AnswerRequest,
  draft: Draft,
  reply: ModelReply,
  prompt: LanguageModelV3Prompt,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  prompt.push(assistantMessage(reply.text, reply.calls));
  for (const call of reply.calls) {
    const queries = isSearch(call) ? parseQueries(call) : null;
    let output = isSearch(call)
      ? "The arguments are not valid: queries must be a list of one to five texts."
      : "There is no such tool.";
    if (isSearch(call) && !maySearch(request, draft)) {
      output = "Not searched: the request allows no more searches. Answer with what was found.";
    } else if (queries !== null && request.fileSearch !== null) {
      const numbered = yield* searchInto(deps, request.fileSearch, queries, draft, signal);
      output = numbered.length === 0 ? "Nothing was found." : passageLines(numbered);
    }
    prompt.push(toolMessage(call.toolCallId, call.toolName, output));
  }
}

function createText({ textFormat, fileSearch }: AnswerRequest) {
  const isProse = textFormat.type === "text" && fileSearch !== null;
  return isProse ? new CitedProse() : new PlainDeltas();
}

function readOutcome({ finish }: ModelReply, draft: Draft): ModelOutcome {
  if (draft.isStopped) return STOPPED;
  if (finish === "length" || draft.isFull) return { incompleteReason: "max_output_tokens" };
  return { incompleteReason: finish === "content-filter" ? "content_filter" : null };
}

/** The token limit applies to the whole answer, not to each model call. */
function samplingOptions({ maxOutputTokens, temperature, topP }: AnswerRequest, draft: Draft) {
  return {
    ...(maxOutputTokens !== null && {
      maxOutputTokens: Math.max(1, maxOutputTokens - draft.tokens.usage.outputTokens),
    }),
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { topP }),
  };
}

function responseFormat({
  textFormat,
}: AnswerRequest): Pick<LanguageModelV3CallOptions, "responseFormat"> {
  if (textFormat.type === "text") return {};
  if (textFormat.type === "json_object") return { responseFormat: { type: "json" } };
  const { name, schema } = textFormat;
  return { responseFormat: { type: "json", name, schema } };
}
