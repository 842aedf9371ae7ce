import type { AnswerRequest, Evidence } from "./answer-request.ts";
import { rewriteQuestion } from "./extractive/rewrite-question.ts";
import { readTurns } from "./question.ts";
import { toLeftOut } from "./retrieval-trace.ts";
import type { AnswerDeps } from "./search-into.ts";
import { needsSearch, withoutSmallTalk } from "./small-talk/reply-kindly.ts";

/**
 * Makes the searches that precede the first model call of an answer: for the built-in model, which answers from
 * passages only, for requests that require a search, and for those whose only tool is the search, unless the project
 * leaves it to the model. The result is stored as the output of a durable step, so that a repeated model call sees the
 * same passages.
 */
export async function retrieveEvidence(
  deps: AnswerDeps,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<Evidence> {
  const { fileSearch } = request;
  const isBuiltIn = deps.model(request.model)?.builtIn ?? false;
  const queries = searchQueries(withoutSmallTalk(request));
  if (fileSearch === null || queries.length === 0) return { searches: [] };
  if (!mustSearch(request) && !(mayNeedSearch(request, isBuiltIn) && needsSearch(request)))
    return { searches: [] };
  const { hits, degraded, partial, cut } = await deps.search(fileSearch, queries, signal);
  const kept = {
    queries,
    hits,
    ...(degraded && { degraded }),
    ...(partial && { partial }),
    cut: toLeftOut(cut ?? []),
  };
  return { searches: [kept] };
}

const mustSearch = ({ toolChoice }: AnswerRequest) =>
  typeof toolChoice === "object" && toolChoice.type === "file_search";

/** Tests whether a search comes first, if the question is one. */
function mayNeedSearch(request: AnswerRequest, isBuiltIn: boolean): boolean {
  const { functions, toolChoice, evidencePolicy } = request;
  if (toolChoice === "none") return false;
  return isBuiltIn || (functions.length === 0 && evidencePolicy.search === "first");
}

/**
 * Returns the search queries for a request's question: one, or none if the question is empty. A question that depends
 * on earlier messages is completed from them.
 */
export function searchQueries(request: AnswerRequest): readonly string[] {
  const { question, history } = readTurns(request);
  if (question.trim() === "") return [];
  return [history.length === 0 ? question : rewriteQuestion(history, question)];
}
