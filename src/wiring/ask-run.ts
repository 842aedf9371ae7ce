import { conversationKeyOf, isResponseId, type ResponseId, type RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { conversationOf, runOf, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type { RunClient } from "../workflow/runs/run-client.ts";

/** Calls any run, over restarts of its object: a response's is the conversation's. The call must be safe to repeat. */
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
