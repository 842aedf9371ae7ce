import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import type { Definition } from "../../src/kernel/rules/definition.ts";
import { ANSWER_EXTRACT, ANSWER_GENERATE, answerBy } from "../../src/workflow/built-in/answer.ts";
import { toDefinition } from "../../src/workflow/compile/to-definition.ts";

/** The name of the built-in workflow of answers in the definition of its runs. */
export const BUILT_IN_NAME = "answer@1";
const BY_MODEL = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_GENERATE));
const BY_EXTRACTION = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_EXTRACT));

/** Returns the built-in workflow of answers for a model: one for the built-in model, one for models of providers. */
export const answerDefinition = (model: string): Definition =>
  model === EXTRACTIVE_MODEL ? BY_EXTRACTION : BY_MODEL;

/**
 * Finds the step of a workflow that streams the answer. Null if there is none: the workflow's output is then the
 * answer.
 */
export function findAnswerStep({ steps }: Definition): string | null {
  const found = Object.entries(steps).find(
    ([, { use }]) => use === ANSWER_GENERATE || use === ANSWER_EXTRACT,
  );
  return found?.[0] ?? null;
}
