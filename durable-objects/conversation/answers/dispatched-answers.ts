import type { Evidence } from "../../../src/answer/answer-request.ts";
import type {
  AnswerTask,
  GenerateMessage,
  HeldResponse,
  Released,
  ReleasedFacts,
} from "../../../src/conversation/generation-client.ts";
import { RESULTS } from "../../../src/conversation/response-request.ts";
import { chooseTier, LANE_OF_TIER } from "../../../src/conversation/service-tier.ts";
import { isResponseId, type ResponseId } from "../../../src/ids.ts";
import type { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import type { Lane } from "../../../src/kernel/rules/definition.ts";
import type { StepClaim, StepOutcome } from "../../../src/kernel/rules/step-handler.ts";
import type { LaneJob } from "../../../src/lanes/lane-client.ts";
import { forgetSent, renameSent } from "../../run/local-leases.ts";
import type { LiveResponse, Responses } from "../responses/responses.ts";

const LOST: Released = { held: false, watched: false };

/** The failure of a step that generates an answer in a sub-workflow, where it cannot work. */
export const ANSWER_MISPLACED = {
  kind: "failed",
  message:
    "Only the top-level workflow of a response can answer it. Move this step out of the sub-workflow",
} as const satisfies StepOutcome;

/** The answers that consumers of a queue generate for a conversation object, and report under the leases of steps. */
export class DispatchedAnswers {
  readonly #kernel: StepKernel;
  readonly #responses: Responses;

  constructor(kernel: StepKernel, responses: Responses) {
    this.#kernel = kernel;
    this.#responses = responses;
  }

  /**
   * Returns the work of a message, and sets the response to in progress; null if the lease of the message has ended, or
   * another consumer has taken the work.
   */
  take(held: HeldResponse): AnswerTask | null {
    const response = this.#findHeld(held);
    const lease = response && this.#kernel.take(held.lease);
    const step = lease && this.#kernel.holds(lease);
    if (!lease || !step) return null;
    renameSent(held.lease, lease);
    const stream = this.#responses.leaveQueue(response);
    return {
      lease,
      request: this.#responses.answerRequest(response),
      evidence: this.#readEvidence(response),
      facts: stream.facts,
      showsResults: response.request.include.includes(RESULTS),
      attempt: step.attempt,
      deadline: step.deadline,
    };
  }

  /** Stores and sends facts, without those that are stored already, and keeps the lease. */
  release(held: HeldResponse, released: ReleasedFacts): Released {
    const response = this.#findHeld(held);
    if (!response || !this.#kernel.keep(held.lease)) return LOST;
    return { held: true, watched: this.#store(response, released) };
  }

  /** Stores and sends the last facts, and ends the step. Changes nothing if the lease has ended. */
  end(held: HeldResponse, released: ReleasedFacts, outcome: StepOutcome): void {
    const response = this.#findHeld(held);
    if (!response) return;
    this.#store(response, released);
    this.#kernel.settle(held.lease, outcome);
    forgetSent(held.lease);
  }

  #store(response: LiveResponse, { from, facts }: ReleasedFacts): boolean {
    const stream = this.#responses.stream(response);
    const added = facts.slice(Math.max(0, stream.facts.length - from));
    if (added.length > 0) this.#responses.release(response.id, stream, added);
    return stream.isWatched;
  }

  #findHeld({ responseId, lease }: HeldResponse): LiveResponse | null {
    const response = this.#responses.find(responseId);
    if (!response || response.settled) return null;
    return this.#kernel.holds(lease)?.runId === responseId ? response : null;
  }

  /** Reads the output of the step that has retrieved for the answer, if the workflow has one. */
  #readEvidence({ id }: LiveResponse): Evidence {
    const steps = Object.keys(this.#kernel.definition(id)?.steps ?? {});
    for (const step of steps) {
      const output = this.#kernel.stepOutput(id, step);
      if (isEvidence(output)) return output;
    }
    return { searches: [] };
  }
}

/** Tests for the output of a step that retrieves for the answer: that of `retrieveEvidence`, through JSON. */
export function isEvidence(output: unknown): output is Evidence {
  return typeof output === "object" && output !== null && "searches" in output;
}

/**
 * Makes jobs from claimed steps that generate answers, by lane. A step in a sub-workflow cannot work: its lease is
 * returned in `misplaced`. A response that was deleted since its step was claimed is left out: the lease has ended.
 * `measure` estimates the tokens of an answer.
 */
export function makeAnswerJobs(
  claims: readonly StepClaim[],
  find: (id: ResponseId) => LiveResponse | null,
  measure: (response: LiveResponse) => number,
) {
  const lanes = new Map<Lane, LaneJob[]>();
  const misplaced: string[] = [];
  for (const { runId, step, lease } of claims) {
    if (!isResponseId(runId)) {
      misplaced.push(lease);
      continue;
    }
    const response = find(runId);
    if (!response) continue;
    const lane = laneOf(response);
    const message: GenerateMessage = { v: 1, scope: response.scope, responseId: runId, lease };
    const jobs = lanes.get(lane) ?? [];
    jobs.push({ runId, step, lease, tokens: measure(response), message });
    lanes.set(lane, jobs);
  }
  return { lanes, misplaced };
}

/** Returns the lane in which the steps of a response in the background wait: that of its service tier. */
export const laneOf = ({ request }: LiveResponse): Lane =>
  LANE_OF_TIER[chooseTier(request.service_tier)];
