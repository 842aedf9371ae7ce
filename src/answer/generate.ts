import type { SearchHit } from "../retrieval/search-types.ts";
import type { AnswerModel } from "./answer-model.ts";
import type { AnswerEvent, AnswerRequest, Evidence, FileSearch } from "./answer-request.ts";

export type AnswerDeps = {
  /** Searches the stores with every query and merges what is found, best first. */
  search(
    search: FileSearch,
    queries: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly SearchHit[]>;
  /** The model that a request names; null when there is none. `extractive-1` is always there. */
  model(name: string): AnswerModel | null;
};

/**
 * Produces the answer as events. The searches of `evidence` are reported first, so that a reader of
 * the events needs nothing else. It throws only when a search fails, when `signal` is aborted (with its
 * reason), or on a bug; everything that a model does wrong ends in `finished` or `failed`.
 */
export async function* generate(
  _deps: AnswerDeps,
  _request: AnswerRequest,
  evidence: Evidence,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  for (const search of evidence.searches) {
    signal.throwIfAborted();
    yield { type: "search_started", queries: search.queries };
    yield { type: "search_completed", ...search };
  }
  yield {
    type: "failed",
    code: "server_error",
    message: "Generating answers is not part of this build.",
  };
}
