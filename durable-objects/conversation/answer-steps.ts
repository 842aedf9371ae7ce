import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import type { AnswerRequest, Evidence } from "../../src/answer/answer-request.ts";
import { generate } from "../../src/answer/generate.ts";
import { retrieveEvidence } from "../../src/answer/retrieve-evidence.ts";
import type { AnswerDeps } from "../../src/answer/search-into.ts";
import { type AnswerFact, type AnswerOutcome, factOf } from "../../src/conversation/answer-fact.ts";
import { AnswerResumption } from "../../src/conversation/resume-answer.ts";
import { type Definition, RETRY_INTERACTIVE } from "../../src/kernel/definition.ts";
import {
  FatalStepError,
  type StepContext,
  type StepHandler,
} from "../../src/kernel/step-handler.ts";
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

/** An answer may outlive several restarts of its object; each costs an attempt. */
const ATTEMPTS_MAX = 10;
const RETRIEVE_TIMEOUT_MS = 15_000;
/** The limit on a model's whole answer, and some time for searches that the model asks for. */
const GENERATE_TIMEOUT_MS = 150_000;
const RETRY = { ...RETRY_INTERACTIVE, attemptsMax: ATTEMPTS_MAX };

/**
 * An answer is two durable steps; the third, finishing, has no effect outside the object and is done in the
 * transaction that settles the run. What retrieval found is kept, so a repeated generation sees the same evidence.
 */
const answerBy = (generateStep: string): Definition => ({
  name: "answer@1",
  steps: {
    retrieve: {
      use: "answer.retrieve@1",
      retry: RETRY,
      timeout: { attemptMs: RETRIEVE_TIMEOUT_MS, totalMs: 60_000 },
    },
    generate: {
      use: generateStep,
      needs: ["retrieve"],
      retry: RETRY,
      timeout: { attemptMs: GENERATE_TIMEOUT_MS, totalMs: 600_000 },
    },
  },
});

const ANSWER = answerBy("answer.generate@1");
/** The built-in model leaves nothing outside the object, so its claim need not wait for the disk. */
const ANSWER_BUILT_IN = answerBy("answer.extract@1");

export const definitionFor = (model: string): Definition =>
  model === EXTRACTIVE_MODEL ? ANSWER_BUILT_IN : ANSWER;

export function answerHandlers(
  surroundingsOf: (runId: string) => AnswerSurroundings | null,
): Readonly<Record<string, StepHandler>> {
  const within = (runId: string) => {
    const surroundings = surroundingsOf(runId);
    if (!surroundings) throw new FatalStepError(`The response ${runId} was deleted`);
    return surroundings;
  };
  const retrieve = ({ runId, signal }: StepContext) => {
    const { deps, request } = within(runId);
    return retrieveEvidence(deps, request, signal);
  };
  const write = (context: StepContext) => writeAnswer(within(context.runId), context);
  return {
    "answer.retrieve@1": { kind: "local", pure: true, run: retrieve },
    "answer.generate@1": { kind: "local", run: write },
    "answer.extract@1": { kind: "local", pure: true, run: write },
  };
}

/** Returns how the answer ended. What it says is released on the way. */
async function writeAnswer(
  { deps, request, keepsResults, sent, release }: AnswerSurroundings,
  { outputs, signal }: StepContext,
): Promise<AnswerOutcome> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what `retrieveEvidence` returned, through JSON
  const evidence = outputs["retrieve"] as Evidence;
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
