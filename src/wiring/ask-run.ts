import { conversationKeyOf, isResponseId, type ResponseId, type RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { conversationOf, runOf, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type { RunClient } from "../workflow/runs/run-client.ts";

/** Calls any run, over restarts of its object; that of a response is in its conversation's. The call must be safe to repeat. */
export const askRun = <Value>(
  env: Env,
  scope: Scope,
  id: RunId | ResponseId,
  call: (run: Remote<RunClient>) => Promise<Value>,
): Promise<Value> =>
  withFreshStub(
    (): Remote<RunClient> =>
      isResponseId(id)
        ? conversationOf(env, scope, conversationKeyOf(id)).run(id)
        : runOf(env, scope, id),
    call,
  );
