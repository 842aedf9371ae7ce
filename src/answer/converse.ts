import type { LanguageModelV3CallOptions, LanguageModelV3Prompt } from "@ai-sdk/provider";

import { abstention } from "./abstain.ts";
import type { AnswerModel } from "./answer-model.ts";
import type { AnswerEvent, AnswerRequest } from "./answer-request.ts";
import { askModel, type ModelReply } from "./ask-model.ts";
import { CitedProse, PlainDeltas, WholeSentences } from "./citing/spoken-text.ts";
import type { Draft } from "./draft.ts";
import { passageOptions } from "./extractive/built-in-model.ts";
import {
  declaredCalls,
  FILE_SEARCH,
  findMisfits,
  offeredTools,
  parseQueries,
} from "./model-tools.ts";
import {
  assistantMessage,
  type ModelToolCall,
  passageLines,
  buildPrompt,
  toolMessage,
} from "./prompt.ts";
import { readQuestionText } from "./question.ts";
import { type AnswerDeps, searchInto } from "./search-into.ts";

/** Maximum number of model calls for one answer. In the last one the model can no longer search. */
const ROUNDS_MAX = 4;

/** Thrown when a model, asked several times, makes no call that fits its function. The message is for clients. */
export class UnusableReply extends Error {
  override readonly name = "UnusableReply";
}

/** The outcome of the model calls: the reason why they left the answer incomplete; null if it is complete. */
export type ModelOutcome = {
  readonly incompleteReason: "max_output_tokens" | "content_filter" | null;
};

/** Calls the built-in model once. It reads the passages as data and never decides on a tool call. */
export async function* quote(
  model: AnswerModel,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, ModelOutcome, undefined> {
  const call: LanguageModelV3CallOptions = {
    ...samplingOptions(request, draft),
    prompt: buildPrompt(request, []),
    providerOptions: passageOptions(draft.passages.all),
    abortSignal: signal,
  };
  const reply = yield* askModel(model, call, draft, () => new WholeSentences());
  if (draft.isStopped) return STOPPED;
  const conversed = readOutcome(reply, draft);
  if (draft.isEmpty && conversed.incompleteReason === null) {
    const reason = draft.searched ? "unsupported" : "no_documents";
    yield* draft.abstain(abstention(readQuestionText(request), reason));
  }
  return conversed;
}

/** Calls a model that may search and call functions, until it answers or a function call goes to the client. */
export async function* converse(
  deps: AnswerDeps,
  model: AnswerModel,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, ModelOutcome, undefined> {
  const found = draft.passages.all.map((passage, index) => ({ number: index + 1, passage }));
  const prompt = buildPrompt(request, found);
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
    const reply = yield* askModel(model, call, draft, () => createText(request));
    if (draft.isStopped) return STOPPED;
    const clientCalls = declaredCalls(request, reply.calls);
    const misfits = findMisfits(request, clientCalls);
    if (misfits.size > 0) {
      if (isLast || reply.finish === "length") throw unusable(misfits);
      askAgain(reply, misfits, prompt);
      continue;
    }
    if (clientCalls.length > 0) {
      for (const { toolCallId: callId, toolName: name, input } of clientCalls) {
        yield* draft.put({ type: "function_call", callId, name, arguments: input });
      }
      return readOutcome(reply, draft);
    }
    const mustContinue = reply.calls.some(isSearch) || (reply.calls.length > 0 && draft.isEmpty);
    if (isLast || !mustContinue || reply.finish === "length" || request.toolChoice === "none") {
      const conversed = readOutcome(reply, draft);
      if (draft.isEmpty && conversed.incompleteReason === null) {
        yield* draft.abstain(abstention(readQuestionText(request), "unsupported"));
      }
      return conversed;
    }
    yield* answerCalls(deps, request, draft, reply, prompt, signal);
  }
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

/** Asks for all calls of a turn again: calls that were made together may depend on each other. */
function askAgain(
  { text, calls }: ModelReply,
  misfits: ReadonlyMap<ModelToolCall, string>,
  prompt: LanguageModelV3Prompt,
): void {
  prompt.push(assistantMessage(text, calls));
  for (const call of calls) {
    const problem = misfits.get(call);
    const output =
      problem === undefined
        ? "Not called, since the arguments of another call do not fit its schema. Make all calls again."
        : `Not called. The arguments do not fit the function's schema: ${problem}. Make all calls again.`;
    prompt.push(toolMessage(call.toolCallId, call.toolName, output));
  }
}

function unusable(misfits: ReadonlyMap<ModelToolCall, string>): UnusableReply {
  const [[call, problem] = [null, ""]] = misfits;
  return new UnusableReply(
    `The model called the strict function '${call?.toolName}' with arguments that do not fit its schema: ${problem}. Send the request again, simplify the schema, or use another model.`,
  );
}

function createText({ textFormat, fileSearch }: AnswerRequest) {
  const isProse = textFormat.type === "text" && fileSearch !== null;
  return isProse ? new CitedProse() : new PlainDeltas();
}

function readOutcome({ finish }: ModelReply, draft: Draft): ModelOutcome {
  if (finish === "length" || draft.isFull) return { incompleteReason: "max_output_tokens" };
  return { incompleteReason: finish === "content-filter" ? "content_filter" : null };
}

/** The token limit applies to the whole answer, not to each model call. */
function samplingOptions({ maxOutputTokens, temperature, topP }: AnswerRequest, draft: Draft) {
  return {
    ...(maxOutputTokens !== null && {
      maxOutputTokens: Math.max(1, maxOutputTokens - draft.usage.outputTokens),
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
