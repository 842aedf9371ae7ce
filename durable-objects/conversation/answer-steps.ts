import type { AnswerRequest, Evidence } from "../../src/answer/answer-request.ts";
import { generate } from "../../src/answer/generate.ts";
import { retrieveEvidence } from "../../src/answer/retrieve-evidence.ts";
import type { AnswerDeps } from "../../src/answer/search-into.ts";
import { type AnswerOutcome, toFact } from "../../src/conversation/answer-fact.ts";
import { RESULTS } from "../../src/conversation/response-request.ts";
import { ResultBudget } from "../../src/conversation/result-budget.ts";
import { isResponseId } from "../../src/ids.ts";
import {
  FatalStepError,
  type StepContext,
  type StepHandlers,
} from "../../src/kernel/rules/step-handler.ts";
import { conversationDeps } from "../../src/wiring/conversation-deps.ts";
import { withPublicErrors } from "../../src/wiring/steps/public-errors.ts";
import { stepHandlersFor } from "../../src/wiring/steps/step-handlers.ts";
import {
  ANSWER_EXTRACT,
  ANSWER_GENERATE,
  ANSWER_RETRIEVE,
} from "../../src/workflow/built-in/answer.ts";
import type { AnswerStream } from "./answer-stream.ts";
import { AnswerWriter } from "./answer-writer.ts";
import type { LiveResponse, Responses } from "./responses.ts";

/** One attempt at a step of an answer, with its dependencies. */
type AnswerAttempt = {
  readonly response: LiveResponse;
  readonly stream: AnswerStream;
  readonly deps: AnswerDeps;
  readonly request: AnswerRequest;
};

/** Makes the step handlers for the runs of responses: those of all workflows, and those that only answers use. */
export class AnswerSteps {
  readonly handlers: StepHandlers;
  readonly #env: Env;
  readonly #responses: Responses;

  constructor(env: Env, responses: Responses) {
    this.#env = env;
    this.#responses = responses;
    this.handlers = {
      ...stepHandlersFor(env, (runId) => responses.beginWorkflowStep(runId)),
      ...withPublicErrors({
        [ANSWER_RETRIEVE]: { kind: "local", pure: true, run: (context) => this.#retrieve(context) },
        [ANSWER_GENERATE]: { kind: "local", run: (context) => this.#answer(context) },
        [ANSWER_EXTRACT]: { kind: "local", pure: true, run: (context) => this.#answer(context) },
      }),
    };
  }

  async #retrieve(context: StepContext): Promise<Evidence> {
    const { deps, request } = this.#begin(context);
    return await retrieveEvidence(deps, request, context.signal);
  }

  /** Writes the answer while it is generated. Returns its outcome. */
  async #answer(context: StepContext): Promise<AnswerOutcome> {
    const attempt = this.#begin(context);
    const { response, deps, request } = attempt;
    const evidence = Object.values(context.outputs).find(isEvidence) ?? { searches: [] };
    const budget = response.request.include.includes(RESULTS) ? new ResultBudget() : null;
    const writer = new AnswerWriter(this.#responses, attempt, context.signal);
    try {
      for await (const event of generate(deps, request, evidence, context.signal)) {
        if (event.type === "failed") return event;
        if (event.type === "finished") {
          writer.end();
          return event;
        }
        writer.add(toFact(event, budget));
      }
      throw new Error("The answer ended without an outcome");
    } finally {
      // Also after an error, since the next attempt continues after the sentences that were sent.
      writer.flush();
    }
  }

  #begin({ runId }: StepContext): AnswerAttempt {
    // A run has the id of its response. A sub-workflow has another id.
    const response = isResponseId(runId) ? this.#responses.find(runId) : null;
    if (!response) {
      throw new FatalStepError(
        runId.includes("/")
          ? "Only the top-level workflow of a response can answer it. Move this step out of the sub-workflow"
          : `The response ${runId} was deleted`,
      );
    }
    return {
      response,
      stream: this.#responses.leaveQueue(response),
      deps: conversationDeps(this.#env, response.scope),
      request: this.#responses.answerRequest(response),
    };
  }
}

/** Tests for the output of a step that retrieves for the answer: that of `retrieveEvidence`, through JSON. */
function isEvidence(output: unknown): output is Evidence {
  return typeof output === "object" && output !== null && "searches" in output;
}
