import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import type { Definition } from "../../src/kernel/rules/definition.ts";
import { ANSWER_EXTRACT, ANSWER_GENERATE, answerBy } from "../../src/workflow/built-in/answer.ts";
import { toDefinition } from "../../src/workflow/compile/to-definition.ts";

/** The name that the built-in workflow for answers has in its definition. */
export const BUILT_IN_NAME = "answer@1";
const BY_MODEL = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_GENERATE));
const BY_EXTRACTION = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_EXTRACT));

/**
 * Returns the definition of the built-in workflow by which a model answers: one for the built-in model, another for the
 * models of providers.
 */
export const answerDefinition = (model: string): Definition =>
  model === EXTRACTIVE_MODEL ? BY_EXTRACTION : BY_MODEL;

/**
 * Finds the name of the step that streams the answer in a workflow. Null if no step does: the workflow's output is then
 * the answer.
 */
export function findAnswerStep({ steps }: Definition): string | null {
  const found = Object.entries(steps).find(
    ([, { use }]) => use === ANSWER_GENERATE || use === ANSWER_EXTRACT,
  );
  return found?.[0] ?? null;
}
