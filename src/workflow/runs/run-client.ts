import type { ResponseId, RunId } from "../../ids.ts";
import type { PinnedWorkflow } from "../../kernel/rules/pinned-workflow.ts";
import type { Signal, SignalReceipt } from "../../kernel/rules/run/signal.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { Refusal } from "../../refusal.ts";
import type { Awaitable } from "../../remote.ts";
import type { Result } from "../../result.ts";
import type { EventPage } from "./show-event.ts";
import type { RunBody, StepDetail } from "./show-run.ts";

/** A run to start. The same command under the same id gives the same run. */
export type RunCommand = PinnedWorkflow & {
  readonly id: RunId;
  /** Fingerprint of the request: a repeated id must come with the same one. */
  readonly fingerprint: string;
  readonly input: unknown;
  readonly metadata: Readonly<Record<string, string>>;
};

/** Any run as the routes of runs call it: a run that a client started, or one that answers a response. */
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

/** The object of a run that a client or a schedule started. */
export interface StartedRunClient {
  start(scope: Scope, command: RunCommand): Awaitable<Result<RunBody, Refusal>>;
  poke(): Awaitable<boolean>;
  run(id: RunId): RunClient & Rpc.RpcTargetBranded;
}

/** The conversation's object as the routes of runs call it. */
export interface ResponseRunsClient {
  run(id: ResponseId): RunClient & Rpc.RpcTargetBranded;
}
