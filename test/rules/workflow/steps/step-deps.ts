import type { AnswerModel } from "../../../../src/answer/answer-model.ts";
import { EXTRACTIVE_MODEL } from "../../../../src/answer/answer-model.ts";
import type { StepContext } from "../../../../src/kernel/rules/step-handler.ts";
import { completeSettings } from "../../../../src/knowledge/project-settings.ts";
import { ok } from "../../../../src/result.ts";
import type { SearchHit } from "../../../../src/retrieval/search-types.ts";
import {
  type AnsweringStepDeps,
  answeringSteps,
} from "../../../../src/workflow/steps/answering-steps.ts";
import { type StepPassage, toStepPassage } from "../../../../src/workflow/steps/evidence.ts";
import { finding, RETURNS, WARRANTY } from "../../answer/generate-cases.ts";

/** Passages about kettles, in the JSON form of steps. */
export const PASSAGES: StepPassage[] = [RETURNS, WARRANTY].map(toStepPassage);
/** A question that one of the passages answers, the one about the warranty. */
export const QUESTION = "How long does the warranty of the kettle last?";

/** Makes dependencies of the answering steps whose search returns `hits` for every query and is recorded. */
export function stepDeps(models: readonly AnswerModel[] = [], hits: readonly SearchHit[] = []) {
  const engine = finding([], models).deps;
  const asked: Parameters<AnsweringStepDeps["retrieve"]>[] = [];
  const deps: AnsweringStepDeps = {
    defaultModel: EXTRACTIVE_MODEL,
    modelNames: engine.modelNames,
    model: (name) => engine.model(name),
    judge: (name) => engine.judge(name),
    settings: async () => completeSettings({}),
    retrieve: async (...search) => {
      asked.push(search);
      return ok({ hits });
    },
    evaluateRule: () => true,
  };
  return { deps, asked };
}

/**
 * Runs a step of the type `use` as the kernel would, with the parameters `given`. Returns its output as parsed JSON.
 */
export async function runStep(
  deps: AnsweringStepDeps,
  use: string,
  given: unknown,
  signal = new AbortController().signal,
) {
  const handler = answeringSteps(deps)[use];
  if (handler?.kind !== "local") throw new Error(`${use} is not a local handler`);
  const context: StepContext = {
    runId: "run_1",
    step: "step",
    attempt: 1,
    input: null,
    with: given,
    outputs: {},
    idempotencyKey: "run_1:step",
    signal,
    deadline: 0,
  };
  return JSON.parse(JSON.stringify(await handler.run(context)));
}
