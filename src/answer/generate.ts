import { ModelUnavailable } from "../model-unavailable.ts";
import { shorten } from "../shorten.ts";
import { beyondBuiltIn } from "./admit-answer.ts";
import { EXTRACTIVE_MODEL, type AnswerModel } from "./answer-model.ts";
import type {
  AnswerEvent,
  AnswerFailed,
  AnswerFailureCode,
  AnswerFinished,
  AnswerRequest,
  Evidence,
} from "./answer-request.ts";
import { converse, type ModelOutcome, quote, UnusableReply } from "./converse.ts";
import { Draft } from "./draft.ts";
import { searchQueries } from "./retrieve-evidence.ts";
import { type AnswerDeps, searchInto } from "./search-into.ts";
import { needsSearch, withoutSmallTalk } from "./small-talk/reply-kindly.ts";

/**
 * Produces an answer as a stream of events. The results of the searches in `evidence` are yielded first, so that
 * consumers need only the events. If the model is unavailable before anything was sent, the built-in model answers
 * instead, provided that there are documents to answer from and the request declares no functions; the event `finished`
 * then reports this in `degraded`. Throws only when a search fails, when `signal` is aborted (with its reason), or on a
 * bug.
 */
export async function* generate(
  deps: AnswerDeps,
  request: AnswerRequest,
  evidence: Evidence,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const draft = new Draft(request);
  for (const { queries, hits, degraded: degradedBy } of evidence.searches) {
    signal.throwIfAborted();
    draft.markSearched(degradedBy);
    draft.passages.add(hits);
    yield { type: "search_started", queries };
    yield { type: "search_completed", queries, hits };
  }
  const model = deps.model(request.model);
  if (model === null) {
    yield failed("invalid_prompt", `The model '${shorten(request.model)}' is no longer available.`);
    return;
  }
  const reset = draft.mark();
  let conversed: ModelOutcome;
  let degraded: AnswerFinished["degraded"] = null;
  try {
    conversed = yield* answerWith(deps, model, request, draft, signal);
  } catch (error) {
    if (error instanceof UnusableReply) {
      yield failed("server_error", error.message);
      return;
    }
    if (!(error instanceof ModelUnavailable) || signal.aborted) throw error;
    const fallback = deps.model(EXTRACTIVE_MODEL);
    const isFinal = error.reason === "request_refused" || draft.released > 0 || model.builtIn;
    if (isFinal || fallback === null || !mayStandIn(request, draft)) {
      yield unavailable(error);
      return;
    }
    reset();
    yield* draft.abandonReasoning();
    degraded = { from: model.name, reason: error.reason };
    conversed = yield* answerWith(deps, fallback, request, draft, signal);
  }
  yield* draft.releaseAll();
  yield finished(conversed, draft, degraded ?? draft.degraded);
}

/**
 * Decides whether the built-in model may answer for another one. Never where functions are declared: an agent would
 * take its words for those of a model that saw them. And never without documents, from which alone it can answer.
 */
const mayStandIn = (request: AnswerRequest, { searched }: Draft): boolean =>
  request.functions.length === 0 &&
  beyondBuiltIn(request) === null &&
  (searched || (request.fileSearch !== null && request.toolChoice !== "none"));

async function* answerWith(
  deps: AnswerDeps,
  model: AnswerModel,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, ModelOutcome, undefined> {
  if (model.builtIn) {
    const plain = withoutSmallTalk(request);
    if (needsSearch(request)) yield* searchWithoutModel(deps, plain, draft, signal);
    return yield* quote(model, plain, draft, signal);
  }
  const reset = draft.mark();
  try {
    return yield* converse(deps, model, request, draft, signal);
  } catch (error) {
    if (!mayRefuseTools(error, request, draft)) throw error;
    reset();
    yield* searchWithoutModel(deps, request, draft, signal);
    return yield* converse(deps, model, { ...request, toolChoice: "none" }, draft, signal);
  }
}

/**
 * Many small models refuse every request with tools. When search is the only tool, it can be made without asking them.
 */
function mayRefuseTools(error: unknown, request: AnswerRequest, draft: Draft): boolean {
  return (
    error instanceof ModelUnavailable &&
    error.reason === "request_refused" &&
    draft.released === 0 &&
    !draft.searched &&
    request.fileSearch !== null &&
    request.toolChoice !== "none" &&
    request.functions.length === 0
  );
}

/** Makes the search that the model could have requested, for a model that cannot. */
async function* searchWithoutModel(
  deps: AnswerDeps,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const { fileSearch, toolChoice } = request;
  const queries = searchQueries(request);
  if (fileSearch === null || draft.searched || toolChoice === "none" || queries.length === 0)
    return;
  yield* searchInto(deps, fileSearch, queries, draft, signal);
}

const failed = (code: AnswerFailureCode, message: string): AnswerFailed => ({
  type: "failed",
  code,
  message,
});

function unavailable(error: ModelUnavailable): AnswerFailed {
  const failure = failed(failureCode(error), error.message);
  const { reason, retryAfterMs } = error;
  if (reason === "request_refused") return failure;
  return {
    ...failure,
    away: { reason, retryAfter: retryAfterMs > 0 ? Math.ceil(retryAfterMs / 1_000) : null },
  };
}

function failureCode({ reason }: ModelUnavailable): AnswerFailureCode {
  if (reason === "request_refused") return "invalid_prompt";
  return reason === "rate_limited" ? "rate_limit_exceeded" : "server_error";
}

function finished(
  { incompleteReason }: ModelOutcome,
  draft: Draft,
  degraded: AnswerFinished["degraded"],
): AnswerFinished {
  return {
    type: "finished",
    outcome: incompleteReason === null ? "completed" : "incomplete",
    incompleteReason,
    usage: draft.tokens.usage,
    grounding: draft.grounding(),
    degraded,
  };
}
