import { readConversationKey, isResponseId, type ResponseId, type RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { addressConversation, addressRun, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type { RunClient } from "../workflow/runs/run-client.ts";

/**
 * Calls any run, and repeats the call when its object restarts: `call` must be safe to repeat. The run of a response is
 * in the object of its conversation.
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
    async (desk) => {
      // Dispose of the stub: until the garbage collector does, it keeps its object in memory, and the object of a
      // schedule lives long.
      using run = desk;
      return await call(run);
    },
  );
