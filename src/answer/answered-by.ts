import type { Findings } from "../retrieval/search.ts";
import { EXTRACTIVE_MODEL } from "./answer-model.ts";
import type { AnswerFinished } from "./answer-request.ts";
import { FILE_SEARCH } from "./model-tools.ts";

type Degraded = AnswerFinished["degraded"];

/** The value of `by` for a search in which a search shard did not answer, so that its chunks are missing. */
const PARTIAL_SEARCH = "partial_search";
const SHARD_UNAVAILABLE = "shard_unavailable";

/**
 * Makes the value of `degraded` for an answer from its search: null if the search was complete. It is set if the search
 * lacks the chunks of a search shard, or used keywords only because embeddings were unavailable. Missing chunks are
 * reported first, because they matter more. The text of the answer is still that of the requested model.
 */
export function degradedSearch({ degraded, partial }: Findings): Degraded {
  if (partial) return { from: FILE_SEARCH, by: PARTIAL_SEARCH, reason: SHARD_UNAVAILABLE };
  return degraded ? { from: FILE_SEARCH, reason: degraded.reason } : null;
}

/**
 * Returns the name of the model that answered: another one when the requested `model` was unavailable. An answer of an
 * earlier version, and one of a workflow, need not name it; the built-in model answered then.
 */
export function answeredBy(model: string, degraded: Degraded): string {
  return degraded === null || degraded.from === FILE_SEARCH
    ? model
    : (degraded.by ?? EXTRACTIVE_MODEL);
}
