import type { ModelNames } from "../model-names.ts";
import type { Findings } from "../retrieval/search.ts";
import type { AnswerModel } from "./answer-model.ts";
import type { AnswerEvent, FileSearch } from "./answer-request.ts";
import type { NumberedPassage } from "./citing/numbered-passages.ts";
import type { Draft } from "./draft.ts";
import type { ClaimJudges } from "./grounding/claim-judge.ts";
import { toLeftOut } from "./retrieval-trace.ts";

/** The dependencies of the answering code: search, the models, and the judges of citations. */
export type AnswerDeps = Pick<ClaimJudges, "judge"> & {
  /** Searches all stores of `search` with every query and merges the results, the most relevant first. */
  search(search: FileSearch, queries: readonly string[], signal: AbortSignal): Promise<Findings>;
  /** The deployment's models. Each answers for those before it that are unavailable; `extractive-1` is the last. */
  readonly modelNames: ModelNames;
  /** Returns the model with this name, or null. `extractive-1` is always available. */
  model(name: string): AnswerModel | null;
};

/**
 * Makes one search for the answer `draft`, and yields the events of its start and end. Returns the passages found, with
 * the numbers by which the answer cites them.
 */
export async function* searchInto(
  deps: AnswerDeps,
  search: FileSearch,
  queries: readonly string[],
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, NumberedPassage[], undefined> {
  yield { type: "search_started", queries };
  const found = await deps.search(search, queries, signal);
  signal.throwIfAborted();
  draft.markSearched(queries, found, toLeftOut(found.cut ?? []));
  yield { type: "search_completed", queries, hits: found.hits };
  return draft.passages.add(found.hits);
}
