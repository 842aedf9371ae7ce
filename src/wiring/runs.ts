import { conversationKeyOf, isResponseId, type ResponseId, type RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import {
  type DueRun,
  dueRuns,
  forgetRemovedRuns,
  postponeRuns,
  removeRunSummary,
} from "../platform/databases/run-catalog.ts";
import { logger } from "../platform/logger.ts";
import { conversationOf, runOf, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type { RunClient, StartedRunClient } from "../workflow/runs/run-client.ts";
import { sweepRuns } from "../workflow/runs/sweep-runs.ts";

/** Calls any run, over restarts of its object: a response's or one of its own. Every call may be made twice. */
export const askRun = <Value>(
  env: Env,
  scope: Scope,
  id: RunId | ResponseId,
  call: (run: Remote<RunClient>) => Promise<Value>,
): Promise<Value> =>
  withFreshStub(
    () =>
      isResponseId(id)
        ? conversationOf(env, scope, conversationKeyOf(id)).run(id)
        : runOf(env, scope, id).run(id),
    async (desk) => {
      // A desk that is left to the garbage collector keeps its object in memory, and a schedule's object lives long.
      using run = desk;
      return await call(run);
    },
  );

/** Calls the object of a run that a client or a schedule starts. Every call may be made twice. */
export const askRunObject = <Value>(
  env: Env,
  scope: Scope,
  id: RunId,
  call: (object: Remote<StartedRunClient>) => Promise<Value>,
): Promise<Value> => withFreshStub(() => runOf(env, scope, id), call);

/** Wakes open runs that have been silent for long. */
export function sweepOpenRuns(env: Env, now: number): Promise<void> {
  const catalog = env.CATALOG;
  const deps = {
    due: (at: number, limit: number) => dueRuns(catalog, at, limit),
    postpone: (ids: readonly RunId[], until: number) => postponeRuns(catalog, ids, until),
    poke: ({ scope, id }: DueRun) => askRunObject(env, scope, id, (object) => object.poke()),
    remove: (id: RunId, at: number) => removeRunSummary(catalog, id, at),
    forgetRemoved: (before: number) => forgetRemovedRuns(catalog, before),
    failed: ({ id }: DueRun, error: unknown) =>
      logger.warn("run.poke.failed", { runId: id }, error),
  };
  return sweepRuns(deps, now);
}
