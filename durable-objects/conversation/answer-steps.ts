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
  type StepHandlers,
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

export const BUILT_IN_NAME = "answer@1";
const RETRIEVE = "answer.retrieve@1";
const GENERATE = "answer.generate@1";
const EXTRACT = "answer.extract@1";

/**
 * An answer is two durable steps; the third, finishing, has no effect outside the object and is done in the
 * transaction that settles the run. What retrieval found is kept, so a repeated generation sees the same evidence.
 */
const answerBy = (generateStep: string): Definition => ({
  name: BUILT_IN_NAME,
  steps: {
    retrieve: {
      use: RETRIEVE,
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

const ANSWER = answerBy(GENERATE);
/** The built-in model leaves nothing outside the object, so its claim need not wait for the disk. */
const ANSWER_BUILT_IN = answerBy(EXTRACT);

export const definitionFor = (model: string): Definition =>
  model === EXTRACTIVE_MODEL ? ANSWER_BUILT_IN : ANSWER;

/** The step that writes the answer as it streams; a workflow without one says the answer in its output. */
export function answerStepOf({ steps }: Definition): string | null {
  const found = Object.entries(steps).find(([, { use }]) => use === GENERATE || use === EXTRACT);
  return found?.[0] ?? null;
}

export function answerHandlers(
  surroundingsOf: (runId: string) => AnswerSurroundings | null,
): StepHandlers {
  const within = (runId: string) => {
    const surroundings = surroundingsOf(runId);
    if (surroundings) return surroundings;
    throw new FatalStepError(`${runId} is no response, or one that was deleted`);
  };
  const retrieve = ({ runId, signal }: StepContext) => {
    const { deps, request } = within(runId);
    return retrieveEvidence(deps, request, signal);
  };
  const write = (context: StepContext) => writeAnswer(within(context.runId), context);
  return {
    [RETRIEVE]: { kind: "local", pure: true, run: retrieve },
    [GENERATE]: { kind: "local", run: write },
    [EXTRACT]: { kind: "local", pure: true, run: write },
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
