import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import type { Definition } from "../../src/kernel/rules/definition.ts";
import { ANSWER_EXTRACT, ANSWER_GENERATE, answerBy } from "../../src/workflow/built-in/answer.ts";
import { toDefinition } from "../../src/workflow/compile/to-definition.ts";

/** The name of the built-in workflow. */
export const BUILT_IN_NAME = "answer@1";
const BY_MODEL = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_GENERATE));
const BY_EXTRACTION = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_EXTRACT));

/** Selects the built-in workflow for a model: generative or extractive. */
export const answerDefinition = (model: string): Definition =>
  model === EXTRACTIVE_MODEL ? BY_EXTRACTION : BY_MODEL;

/** Finds the step that streams the answer; null if no step does: then the workflow's output is the answer. */
export function findAnswerStep({ steps }: Definition): string | null {
  const found = Object.entries(steps).find(
    ([, { use }]) => use === ANSWER_GENERATE || use === ANSWER_EXTRACT,
  );
  return found?.[0] ?? null;
}
