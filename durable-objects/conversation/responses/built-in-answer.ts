import { EXTRACTIVE_MODEL } from "../../../src/answer/answer-model.ts";
import { type Definition, type StepDefinition } from "../../../src/kernel/rules/definition.ts";
import {
  ANSWER_DISPATCH,
  ANSWER_EXTRACT,
  ANSWER_GENERATE,
  answerBy,
} from "../../../src/workflow/built-in/answer.ts";
import { toDefinition } from "../../../src/workflow/compile/to-definition.ts";

const GENERATING = new Set<string>([ANSWER_GENERATE, ANSWER_EXTRACT, ANSWER_DISPATCH]);

/** The name that the built-in workflow for answers has in its definition. */
export const BUILT_IN_NAME = "answer@1";
const BY_MODEL = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_GENERATE));
const BY_EXTRACTION = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_EXTRACT));
const BY_CONSUMER = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_DISPATCH));

/**
 * Returns the definition of the built-in workflow by which a model answers: in the background by the consumer of a
 * queue, otherwise in the object, with one definition for the built-in model and one for the models of providers.
 */
export function answerDefinition(model: string, background: boolean): Definition {
  if (background) return BY_CONSUMER;
  return model === EXTRACTIVE_MODEL ? BY_EXTRACTION : BY_MODEL;
}

/**
 * Changes a project's own workflow for an answer in the background: the consumer of a queue calls the model, except for
 * a step in the lane `interactive`.
 */
export function dispatchAnswer(definition: Definition): Definition {
  const steps = Object.entries(definition.steps).map(([name, step]): [string, StepDefinition] => {
    if (step.use !== ANSWER_GENERATE || step.lane === "interactive") return [name, step];
    return [name, { ...step, use: ANSWER_DISPATCH }];
  });
  return { ...definition, steps: Object.fromEntries(steps) };
}

/**
 * Finds the name of the step that streams the answer in a workflow. Null if no step does: the workflow's output is then
 * the answer.
 */
export function findAnswerStep({ steps }: Definition): string | null {
  const found = Object.entries(steps).find(([, { use }]) => GENERATING.has(use));
  return found?.[0] ?? null;
}
