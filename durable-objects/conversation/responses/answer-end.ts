import { z } from "zod";

import { AllowedLinks, type Source } from "../../../src/answer/output/allowed-links.ts";
import type { AnswerFact, AnswerOutcome } from "../../../src/conversation/answer-fact.ts";
import type { ResponseRequest } from "../../../src/conversation/response-request.ts";
import { readWorkflowAnswer } from "../../../src/conversation/workflow-answer.ts";
import type { SettledRun } from "../../../src/kernel/rules/run/run-view.ts";
import { OUTPUT_DEFAULT } from "../../../src/knowledge/project-settings.ts";
import { BUILT_IN_NAME, findAnswerStep } from "./built-in-answer.ts";

/** The end of an answer: its outcome, and the facts (entries of the answer's log) that are not stored and sent yet. */
export type AnswerEnd = { readonly facts: readonly AnswerFact[]; readonly outcome: AnswerOutcome };

/**
 * Computes the end of a response's answer from the settled run that produced it. If a custom workflow produced the
 * answer, the links and images that the project's output policy forbids are removed from its text, and the text is cut
 * at the first stop sequence of the request.
 */
export function readAnswerEnd(
  run: SettledRun,
  {
    stop = [],
    outputPolicy = OUTPUT_DEFAULT,
    text,
  }: Pick<ResponseRequest, "stop" | "outputPolicy" | "text">,
): AnswerEnd {
  const step = findAnswerStep(run.definition);
  switch (run.status) {
    case "completed": {
      const written = step === null ? undefined : run.readStepOutput(step);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what `writeAnswer` returned, through JSON
      if (written !== undefined) return { facts: [], outcome: written as AnswerOutcome };
      const links = new AllowedLinks(outputPolicy, () => listSources(run));
      const format = text.format.type === "text" ? "text" : "json";
      const answer = readWorkflowAnswer(run.output(), { links, format, stops: stop ?? [] });
      if (answer.ok) return { facts: answer.value.facts, outcome: answer.value.end };
      return failedWith(`The workflow ${run.name} completed without an answer: ${answer.error}.`);
    }
    case "cancelled":
      return { facts: [], outcome: { type: "cancelled" } };
    case "failed":
      return failedWith(explainFailure(run));
  }
}

function explainFailure({ name, error }: SettledRun): string {
  if (name === BUILT_IN_NAME || error === null) {
    const reason = error === null ? "" : ` At last: ${endSentence(error.message)}`;
    return `The answer could not be produced after several attempts.${reason} Ask again.`;
  }
  return `The workflow ${name} failed at ${error.step}: ${error.message}`;
}

const endSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The passages that a step of a workflow has found, in the form of `retrieve@1`. */
const Found = z.object({
  passages: z.array(
    z.object({
      text: z.string(),
      heading: z.string().default(""),
      filename: z.string().default(""),
    }),
  ),
});

/** Lists the passages that the steps of a run have found, whatever their types. */
const listSources = (run: SettledRun): readonly Source[] =>
  Object.keys(run.definition.steps).flatMap((step) => {
    const found = Found.safeParse(run.readStepOutput(step));
    return found.success ? found.data.passages : [];
  });

const failedWith = (message: string): AnswerEnd => ({
  facts: [],
  outcome: { type: "failed", code: "server_error", message },
});
