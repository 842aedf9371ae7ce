import { EXTRACTIVE_MODEL } from "./answer-model.ts";
import type { AnswerFinished } from "./answer-request.ts";
import { FILE_SEARCH } from "./model-tools.ts";

type Degraded = AnswerFinished["degraded"];

/**
 * Makes the value of `degraded` for an answer whose search used keywords only, because embeddings were unavailable. In
 * such an answer, the text is still that of the requested model.
 */
export const degradedSearch = (reason: string): NonNullable<Degraded> => ({
  from: FILE_SEARCH,
  reason,
});

/**
 * Returns the name of the model that answered: another one when the requested `model` was unavailable. An answer of an
 * earlier version, and one of a workflow, need not name it; the built-in model answered then.
 */
export function answeredBy(model: string, degraded: Degraded): string {
  return degraded === null || degraded.from === FILE_SEARCH
    ? model
    : (degraded.by ?? EXTRACTIVE_MODEL);
}
