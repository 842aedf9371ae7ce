import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import type { AnswerRequest, Evidence } from "../../src/answer/answer-request.ts";
import { generate } from "../../src/answer/generate.ts";
import { retrieveEvidence } from "../../src/answer/retrieve-evidence.ts";
import type { AnswerDeps } from "../../src/answer/search-into.ts";
import { type AnswerFact, type AnswerOutcome, factOf } from "../../src/conversation/answer-fact.ts";
import { AnswerResumption } from "../../src/conversation/resume-answer.ts";
import type { Definition } from "../../src/kernel/rules/definition.ts";
import {
  FatalStepError,
  type StepContext,
  type StepHandlers,
} from "../../src/kernel/rules/step-handler.ts";
import {
  ANSWER_EXTRACT,
  ANSWER_GENERATE,
  ANSWER_RETRIEVE,
  answerBy,
} from "../../src/workflow/built-in/answer.ts";
import { toDefinition } from "../../src/workflow/compile/to-definition.ts";
import { FactCoalescer } from "./fact-coalescer.ts";

/** What a response's run works with. The response's id is the run's id. */
export type AnswerSurroundings = {
  readonly deps: AnswerDeps;
  readonly request: AnswerRequest;
  readonly keepsResults: boolean;
  /** What earlier attempts have sent. */
  readonly sent: readonly AnswerFact[];
  /** Stores facts and sends them. */
  readonly release: (facts: readonly AnswerFact[]) => void;
};

export const BUILT_IN_NAME = "answer@1";
const ANSWER = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_GENERATE));
const ANSWER_BUILT_IN = toDefinition(BUILT_IN_NAME, answerBy(ANSWER_EXTRACT));

export const definitionFor = (model: string): Definition =>
  model === EXTRACTIVE_MODEL ? ANSWER_BUILT_IN : ANSWER;

/** The step that writes the answer as it streams; a workflow without one says the answer in its output. */
export function answerStepOf({ steps }: Definition): string | null {
  const found = Object.entries(steps).find(
    ([, { use }]) => use === ANSWER_GENERATE || use === ANSWER_EXTRACT,
  );
  return found?.[0] ?? null;
}

export function answerHandlers(
  surroundingsOf: (runId: string) => AnswerSurroundings | null,
): StepHandlers {
  const within = ({ runId }: StepContext) => {
    const surroundings = surroundingsOf(runId);
    if (surroundings) return surroundings;
    throw new FatalStepError(
      runId.includes("/")
        ? "A response is answered by its own workflow, and not by one that this starts"
        : `The response ${runId} was deleted`,
    );
  };
  const retrieve = async (context: StepContext) => {
    const { deps, request } = within(context);
    return await retrieveEvidence(deps, request, context.signal);
  };
  const write = async (context: StepContext) => await writeAnswer(within(context), context);
  return {
    [ANSWER_RETRIEVE]: { kind: "local", pure: true, run: retrieve },
    [ANSWER_GENERATE]: { kind: "local", run: write },
    [ANSWER_EXTRACT]: { kind: "local", pure: true, run: write },
  };
}

/** Returns how the answer ended. What it says is released on the way. */
async function writeAnswer(
  { deps, request, keepsResults, sent, release }: AnswerSurroundings,
  { outputs, signal }: StepContext,
): Promise<AnswerOutcome> {
  const evidence = Object.values(outputs).find(isEvidence) ?? { searches: [] };
  const resumption = new AnswerResumption(sent);
  const coalescer = new FactCoalescer((facts) => {
    if (!signal.aborted) release(facts);
  });
  try {
    for await (const event of generate(deps, request, evidence, signal)) {
      if (event.type === "failed") {
        coalescer.flush();
        return event;
      }
      if (event.type === "finished") {
        coalescer.add(resumption.end());
        coalescer.flush();
        return event;
      }
      coalescer.add(resumption.next(factOf(event, keepsResults)));
    }
    throw new Error("The answer ended without saying how");
  } catch (error) {
    // What was checked and not yet sent is sent: the next attempt goes on from it.
    coalescer.flush();
    throw error;
  } finally {
    coalescer.stop();
  }
}

/** What a step that retrieves for the answer has left: `retrieveEvidence`'s, through JSON. */
function isEvidence(output: unknown): output is Evidence {
  return typeof output === "object" && output !== null && "searches" in output;
}
