import { readConversationKey, isResponseId, type ResponseId, type RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { addressConversation, addressRun, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type { RunClient } from "../workflow/runs/run-client.ts";

/**
 * Calls a method of a run at the Durable Object that stores the run: that of the conversation for a run that answers a
 * response, otherwise the run's own. Repeats the call if the object restarts, so `call` must be safe to repeat.
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
