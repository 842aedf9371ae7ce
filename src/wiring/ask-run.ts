import { readConversationKey, isResponseId, type ResponseId, type RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { addressConversation, addressRun, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type { RunClient } from "../workflow/runs/run-client.ts";

/**
 * Calls a method of a run on the Durable Object that stores the run: for a run that produces a response, that of the
 * conversation; for any other run, one of its own. Repeats the call if the object restarts, so `call` must be safe to
 * repeat.
 */
export const askRun = <Value>(
  env: Env,
  scope: Scope,
  id: RunId | ResponseId,
  call: (run: Remote<RunClient>) => Promise<Value>,
): Promise<Value> =>
  withFreshStub(
    () =>
      isResponseId(id)
        ? addressConversation(env, scope, readConversationKey(id)).run(id)
        : addressRun(env, scope, id).run(id),
    async (handle) => {
      // Dispose of the stub: until the garbage collector does, it keeps its object in memory, and the object of a
      // schedule lives long.
      using run = handle;
      return await call(run);
    },
  );
