import type { ResponseRun } from "../../durable-objects/conversation/response-run.ts";
import type { RunObject } from "../../durable-objects/run.ts";
import { conversationKeyOf, type ResponseId, type RunId } from "../ids.ts";
import { objectName, type Scope } from "../knowledge/scope.ts";
import { conversationOf, type Remote } from "../platform/conversations.ts";
import {
  type DueRun,
  dueRuns,
  forgetRemovedRuns,
  postponeRuns,
  removeRunSummary,
} from "../platform/databases/run-catalog.ts";
import { logger } from "../platform/logger.ts";
import { objectOf, withFreshStub } from "../platform/objects.ts";
import { sweepRuns } from "../workflow/runs/sweep-runs.ts";

/** What can be asked of a run's object from outside. */
export type RunClient = Remote<RunObject>;

/** What can be asked of any run: one that was started by itself, and one that a response is answered by. */
export type AnyRunClient = Omit<Remote<ResponseRun>, keyof Rpc.RpcTargetBranded>;

/** Asks the run of a response, in its conversation's object. */
export const askResponseRun = <Value>(
  env: Env,
  scope: Scope,
  id: ResponseId,
  call: (run: AnyRunClient) => Promise<Value>,
): Promise<Value> =>
  withFreshStub(() => conversationOf(env, scope, conversationKeyOf(id)).run(id), call);

/** Asks the object of a run, over restarts of it. Every call may be made twice. */
export const askRun = <Value>(
  env: Env,
  scope: Scope,
  id: RunId,
  call: (run: RunClient) => Promise<Value>,
): Promise<Value> => withFreshStub(() => runOf(env, scope, id), call);

/** Wakes open runs that have been silent for long. */
export function sweepOpenRuns(env: Env, now: number): Promise<void> {
  const catalog = env.CATALOG;
  const deps = {
    due: (at: number, limit: number) => dueRuns(catalog, at, limit),
    postpone: (ids: readonly RunId[], until: number) => postponeRuns(catalog, ids, until),
    poke: ({ scope, id }: DueRun) => askRun(env, scope, id, (run) => run.poke()),
    remove: (id: RunId, at: number) => removeRunSummary(catalog, id, at),
    forgetRemoved: (before: number) => forgetRemovedRuns(catalog, before),
    failed: ({ id }: DueRun, error: unknown) =>
      logger.warn("run.poke.failed", { runId: id }, error),
  };
  return sweepRuns(deps, now);
}

function runOf(env: Env, scope: Scope, id: RunId): RunClient {
  const stub: unknown = objectOf(env.RUNS, scope, objectName(scope, id));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stub's own type is `never` for JSON of unknown depth, such as a step's output
  return stub as RunClient;
}
