import type { ResponseId, RunId } from "../../ids.ts";
import type { PinnedWorkflow } from "../../kernel/rules/pinned-workflow.ts";
import type { Signal, SignalReceipt } from "../../kernel/rules/run/signal.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { Refusal } from "../../refusal.ts";
import type { Awaitable } from "../../remote.ts";
import type { Created } from "../../request-key.ts";
import type { Result } from "../../result.ts";
import type { EventPage } from "./show-event.ts";
import type { RunBody, StepDetail } from "./show-run.ts";

/**
 * The command to a run's object to start the run. A repeated command with the same id returns the run that the first
 * one started.
 */
export type RunCommand = PinnedWorkflow & {
  readonly id: RunId;
  /**
   * A hash of the client's request. A repeated id with another fingerprint is refused: the idempotency key was used for
   * a different request.
   */
  readonly fingerprint: string;
  /** The time, in milliseconds since the epoch, from which on no run begins under this id; null for an id without one. */
  readonly startBefore: number | null;
  readonly input: unknown;
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * The methods of a run that the routes of `/v1/runs` call. They are the same for a run that a client or a schedule
 * started and for one that generates a response.
 */
export interface RunClient {
  read(): Awaitable<Result<RunBody, Refusal>>;
  step(path: string): Awaitable<Result<StepDetail, Refusal>>;
  mermaid(): Awaitable<Result<string, Refusal>>;
  signal(signal: Signal): Awaitable<Result<SignalReceipt, Refusal>>;
  cancel(): Awaitable<Result<RunBody, Refusal>>;
  pause(): Awaitable<Result<RunBody, Refusal>>;
  resume(): Awaitable<Result<RunBody, Refusal>>;
  retry(from: string | null): Awaitable<Result<RunBody, Refusal>>;
  remove(): Awaitable<Result<null, Refusal>>;
  events(after: number, limit: number): Awaitable<Result<EventPage, Refusal>>;
  watch(after: number): Awaitable<Result<ReadableStream<Uint8Array> | null, Refusal>>;
}

/** The methods of the object that stores a run which a client or a schedule started. */
export interface StartedRunClient {
  start(scope: Scope, command: RunCommand): Awaitable<Result<Created<RunBody>, Refusal>>;
  find(id: RunId, fingerprint: string): Awaitable<Result<RunBody | null, Refusal>>;
  poke(): Awaitable<boolean>;
  redrive(id: RunId): Awaitable<Result<null, Refusal>>;
  run(id: RunId): RunClient & Rpc.RpcTargetBranded;
}

/** The method of a conversation object by which the routes of `/v1/runs` reach the runs that generate its responses. */
export interface ResponseRunsClient {
  run(id: ResponseId): RunClient & Rpc.RpcTargetBranded;
}
