import type { AnswerRequest, Evidence } from "../answer/answer-request.ts";
import type { ResponseId } from "../ids.ts";
import type { StepOutcome } from "../kernel/rules/step-handler.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Awaitable } from "../remote.ts";
import type { AnswerFact } from "./answer-fact.ts";

/**
 * A message of a queue for answers: it asks to generate the answer of one response. `v` is the version of the message
 * format. It holds no text; the consumer asks the conversation object for that, under the lease.
 */
export type GenerateMessage = {
  readonly v: 1;
  readonly scope: Scope;
  readonly responseId: ResponseId;
  readonly lease: string;
};

/** The response that a consumer generates, and the lease under which it reports. */
export type HeldResponse = Pick<GenerateMessage, "responseId" | "lease">;

/**
 * The work of a consumer: a request for an answer, and the part of the answer that earlier attempts have sent. `lease`
 * is the consumer's own, under which it reports.
 */
export type AnswerTask = {
  readonly lease: string;
  readonly request: AnswerRequest;
  readonly evidence: Evidence;
  /** All facts (entries of the answer's log) that are stored, in order. */
  readonly facts: readonly AnswerFact[];
  /** True if the client asked for the results of searches. */
  readonly showsResults: boolean;
  /**
   * The number of the attempt, from 1, and the time at which it must end, in milliseconds since the epoch. Both are
   * absent while an object of the build before is running.
   */
  readonly attempt?: number;
  readonly deadline?: number;
};

/** Facts that a consumer reports. `from` is the number of facts that were stored before them. */
export type ReleasedFacts = { readonly from: number; readonly facts: readonly AnswerFact[] };

/** The reply to a report: whether the lease is still valid, and whether a client reads the events. */
export type Released = { readonly held: boolean; readonly watched: boolean };

/**
 * The methods of a conversation object that the consumer of a queue for answers calls. Each may be repeated; of repeated
 * calls of `takeAnswer`, the first gets the work.
 */
export interface GenerationClient {
  takeAnswer(held: HeldResponse): Awaitable<AnswerTask | null>;
  releaseFacts(held: HeldResponse, released: ReleasedFacts): Awaitable<Released>;
  endAnswer(held: HeldResponse, released: ReleasedFacts, outcome: StepOutcome): Awaitable<void>;
}
