import type { Findings } from "../retrieval/search.ts";
import type { AnswerModel } from "./answer-model.ts";
import type { AnswerEvent, FileSearch } from "./answer-request.ts";
import type { NumberedPassage } from "./citing/numbered-passages.ts";
import type { Draft } from "./draft.ts";

export type AnswerDeps = {
  /** Searches the stores with every query and merges the hits, best first. */
  search(search: FileSearch, queries: readonly string[], signal: AbortSignal): Promise<Findings>;
  /** The model that a request names; null when there is none. `extractive-1` is always there. */
  model(name: string): AnswerModel | null;
};

/** Makes one search for a draft, reports it, and numbers what it found for citing. */
export async function* searchInto(
  deps: AnswerDeps,
  search: FileSearch,
  queries: readonly string[],
  draft: Draft,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, NumberedPassage[], undefined> {
  yield { type: "search_started", queries };
  const { hits, degraded } = await deps.search(search, queries, signal);
  signal.throwIfAborted();
  draft.markSearched(degraded);
  yield { type: "search_completed", queries, hits };
  return draft.passages.add(hits);
}
