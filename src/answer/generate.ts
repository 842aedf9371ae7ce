import { ModelUnavailable } from "../model-unavailable.ts";
import { err, ok, type Result } from "../result.ts";
import { shorten } from "../shorten.ts";
import { beyondBuiltIn } from "./admit-answer.ts";
import type { AnswerModel } from "./answer-model.ts";
import type {
  AnswerEvent,
  AnswerFailed,
  AnswerFailureCode,
  AnswerFinished,
  AnswerRequest,
  Evidence,
} from "./answer-request.ts";
import { converse, type ModelOutcome, quote } from "./converse.ts";
import { Draft } from "./draft.ts";
import { UnusableReply } from "./functions/turn-calls.ts";
import { findJudge } from "./grounding/claim-judge.ts";
import { searchQueries } from "./retrieve-evidence.ts";
import { type AnswerDeps, searchInto } from "./search-into.ts";
import { needsSearch, withoutSmallTalk } from "./small-talk/reply-kindly.ts";

/**
 * Produces an answer as a stream of events. The results of the searches in `evidence` are yielded first, so that
 * consumers need only the events. If the model is unavailable before anything was sent, the next one of the deployment
 * answers, at last the built-in one where there are documents, and `finished` says so in `degraded`. Throws only when a
 * search fails, when `signal` is aborted (with its reason), or on a bug.
 */
export async function* generate(
  deps: AnswerDeps,
  request: AnswerRequest,
  evidence: Evidence,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const draft = new Draft(request, { canJudge: findJudge(deps, request) !== null });
  for (const { queries, cut = [], ...found } of evidence.searches) {
    signal.throwIfAborted();
    draft.markSearched(queries, found, cut);
    draft.passages.add(found.hits);
    yield { type: "search_started", queries };
    yield { type: "search_completed", queries, hits: found.hits };
  }
  const model = deps.model(request.model);
  if (model === null) {
    yield failed("invalid_prompt", `The model '${shorten(request.model)}' is no longer available.`);
    return;
  }
  const answered = yield* answerWithStandIns(deps, model, request, draft, signal);
  if (!answered.ok) {
    yield answered.error;
    return;
  }
  yield* draft.releaseAll();
  yield finished(answered.value.outcome, draft, answered.value.degraded ?? draft.degraded);
}

/** An outcome with the model that was replaced, if one was. */
type Answered = { readonly outcome: ModelOutcome } & Pick<AnswerFinished, "degraded">;

/**
 * Answers with a model or, while it is unavailable, with the first of its stand-ins that can. If none can, the failure
 * is that of the requested model; of the one whose text was sent in part, if one was.
 */
async function* answerWithStandIns(
  deps: AnswerDeps,
  model: AnswerModel,
  request: AnswerRequest,
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, Result<Answered, AnswerFailed>, undefined> {
  const reset = draft.mark();
  let first: ModelUnavailable | null = null;
  for (const by of [model, ...standIns(deps, model, request, draft)]) {
    if (first !== null) {
      reset();
      yield* draft.abandonReasoning();
    }
    try {
      const outcome = yield* answerWith(deps, by, request, draft, signal);
      const degraded = first && { from: model.name, by: by.name, reason: first.reason };
      return ok({ outcome, degraded });
    } catch (error) {
      if (error instanceof UnusableReply) return err(failed("server_error", error.message));
      if (!(error instanceof ModelUnavailable) || signal.aborted) throw error;
      if (draft.released > 0) return err(unavailable(error));
      first ??= error;
      if (first.reason === "request_refused") break;
    }
  }
  if (first === null) throw new Error("A model that is unavailable gave no reason");
  return err(unavailable(first));
}

/**
 * Lists the models that may answer for another one, in order. The built-in one never does where functions are declared:
 * an agent would take its words for those of a model that saw them. And never without documents, from which alone it can
 * answer.
 */
function standIns(
  deps: AnswerDeps,
  model: AnswerModel,
  request: AnswerRequest,
  draft: Draft,
): AnswerModel[] {
  if (model.builtIn) return [];
  const names = deps.modelNames.answering;
  const hasDocuments =
    draft.searched || (request.fileSearch !== null && request.toolChoice !== "none");
  const mayQuote =
    request.functions.length === 0 && beyondBuiltIn(request) === null && hasDocuments;
  return names
    .slice(names.indexOf(model.name) + 1)
    .map((name) => deps.model(name))
    .filter((other) => other !== null)
    .filter((other) => !other.builtIn || mayQuote);
}

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
    ...(draft.searched && { retrieval: draft.trace.searches }),
  };
}
