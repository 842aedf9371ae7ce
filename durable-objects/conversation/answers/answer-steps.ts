import type { Evidence } from "../../../src/answer/answer-request.ts";
import { retrieveEvidence } from "../../../src/answer/retrieve-evidence.ts";
import { jsonBytes } from "../../../src/bounds.ts";
import type { AnswerOutcome } from "../../../src/conversation/answer-fact.ts";
import { generateFacts } from "../../../src/conversation/answer-facts.ts";
import { RESULTS } from "../../../src/conversation/response-request.ts";
import { isResponseId, type ResponseId } from "../../../src/ids.ts";
import {
  FatalStepError,
  type StepClaim,
  type StepContext,
  type StepHandlers,
  type StepOutcome,
} from "../../../src/kernel/rules/step-handler.ts";
import { estimateJob } from "../../../src/lanes/estimate-job.ts";
import { conversationDeps } from "../../../src/wiring/conversation-deps.ts";
import { submitToLanes } from "../../../src/wiring/lanes.ts";
import { withPublicErrors } from "../../../src/wiring/steps/public-errors.ts";
import { stepHandlersFor } from "../../../src/wiring/steps/step-handlers.ts";
import {
  ANSWER_DISPATCH,
  ANSWER_EXTRACT,
  ANSWER_GENERATE,
  ANSWER_RETRIEVE,
} from "../../../src/workflow/built-in/answer.ts";
import { DISPATCHED_MAX, LANE_MS, WORK_MS } from "../../run/dispatched-steps.ts";
import { rememberSent } from "../../run/local-leases.ts";
import type { LiveResponse, Responses } from "../responses/responses.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { ANSWER_MISPLACED, isEvidence, makeAnswerJobs } from "./dispatched-answers.ts";

/** Ends a step under its lease, as `StepKernel.settle` does. */
type SettleStep = (lease: string, outcome: StepOutcome) => boolean;

/**
 * Makes the step handlers for the runs of responses: the handlers that the runs of all workflows have, and those of the
 * step types that only answers use.
 */
export class AnswerSteps {
  readonly handlers: StepHandlers;
  readonly #env: Env;
  readonly #responses: Responses;
  readonly #settle: SettleStep;

  constructor(env: Env, responses: Responses, settle: SettleStep) {
    this.#env = env;
    this.#responses = responses;
    this.#settle = settle;
    this.handlers = {
      ...stepHandlersFor(env, (runId) => responses.beginWorkflowStep(runId)),
      ...withPublicErrors({
        [ANSWER_RETRIEVE]: { kind: "local", pure: true, run: (context) => this.#retrieve(context) },
        [ANSWER_GENERATE]: { kind: "local", run: (context) => this.#answer(context) },
        [ANSWER_EXTRACT]: { kind: "local", pure: true, run: (context) => this.#answer(context) },
      }),
      [ANSWER_DISPATCH]: {
        kind: "dispatched",
        inFlightMax: DISPATCHED_MAX,
        leaseMs: LANE_MS,
        workMs: WORK_MS,
        dispatch: (claims) => this.#submit(claims),
      },
    };
  }

  /** Retrieves for an answer. One in the background stays queued until a consumer takes it. */
  async #retrieve({ runId, signal }: StepContext): Promise<Evidence> {
    const response = this.#find(runId);
    if (!response.request.background) this.#responses.leaveQueue(response);
    const request = this.#responses.answerRequest(response);
    return await retrieveEvidence(conversationDeps(this.#env, response.scope), request, signal);
  }

  /** Writes the answer while it is generated. Returns its outcome. */
  async #answer({ runId, outputs, signal }: StepContext): Promise<AnswerOutcome> {
    const response = this.#find(runId);
    const stream = this.#responses.leaveQueue(response);
    const task = {
      request: this.#responses.answerRequest(response),
      evidence: Object.values(outputs).find(isEvidence) ?? { searches: [] },
      facts: stream.facts,
      showsResults: response.request.include.includes(RESULTS),
    };
    const writer = new AnswerWriter(this.#responses, { response, stream }, signal);
    try {
      const answer = generateFacts(conversationDeps(this.#env, response.scope), task, signal);
      for (;;) {
        const next = await answer.next();
        if (next.done) return next.value;
        writer.add(next.value);
      }
    } finally {
      // Also after an error, since the next attempt continues after the sentences that were sent.
      writer.flush();
    }
  }

  /** Hands answers to the lanes of their service tiers. */
  async #submit(claims: readonly StepClaim[]): Promise<void> {
    const find = (id: ResponseId) => this.#responses.find(id);
    const { lanes, misplaced } = makeAnswerJobs(claims, find, (response) => {
      const request = this.#responses.answerRequest(response);
      return estimateJob(jsonBytes(request), request.maxOutputTokens);
    });
    for (const lease of misplaced) this.#settle(lease, ANSWER_MISPLACED);
    const [first] = [...lanes.values()].flat();
    const scope = first && isResponseId(first.runId) && find(first.runId)?.scope;
    if (!scope) return;
    for (const { lease } of [...lanes.values()].flat()) rememberSent(this.#env, lease);
    await submitToLanes(this.#env, scope, lanes);
  }

  #find(runId: string): LiveResponse {
    // A run has the id of its response. A sub-workflow has another id.
    const response = isResponseId(runId) ? this.#responses.find(runId) : null;
    if (response) return response;
    throw new FatalStepError(
      runId.includes("/") ? ANSWER_MISPLACED.message : `The response ${runId} was deleted`,
    );
  }
}
