import { EXTRACTIVE_MODEL } from "./answer-model.ts";
import type { AnswerFinished } from "./answer-request.ts";
import { FILE_SEARCH } from "./model-tools.ts";

type Degraded = AnswerFinished["degraded"];

/** How a search by words alone shows in an answer: the same model has answered, from poorer evidence. */
export const degradedSearch = (reason: string): NonNullable<Degraded> => ({
  from: FILE_SEARCH,
  reason,
});

/** The model that answered: the built-in one when the request's `model` was out of reach. */
export function answeredBy(model: string, degraded: Degraded): string {
  return degraded === null || degraded.from === FILE_SEARCH ? model : EXTRACTIVE_MODEL;
}
