import { isResponseId, isRunId, readConversationKey } from "../ids.ts";
import { topmostRunId } from "../kernel/rules/step/step-name.ts";
import { addressConversation, addressRun, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import type {
  DispatchedStepDeps,
  DispatchedStepsClient,
  StepMessage,
} from "../workflow/steps/dispatched-step.ts";
import { generateFor } from "./steps/answering-steps.ts";

/** Creates the dependencies by which a consumer does steps of runs. */
export function dispatchedStepDeps(env: Env): DispatchedStepDeps {
  const callOwner = <Value>(
    message: StepMessage,
    call: (owner: Remote<DispatchedStepsClient>) => Promise<Value>,
  ) => withFreshStub(() => addressOwner(env, message), call);
  return {
    take: (message) => callOwner(message, (owner) => owner.takeStep(message.lease)),
    keep: (message) => callOwner(message, (owner) => owner.keepStep(message.lease)),
    end: (message, outcome) => callOwner(message, (owner) => owner.endStep(message.lease, outcome)),
    perform: (scope, task, signal) => generateFor(env, scope, task, signal),
  };
}

/** Returns a stub of the object of a run. */
function addressOwner(env: Env, { scope, runId }: StepMessage): Remote<DispatchedStepsClient> {
  const id = topmostRunId(runId);
  if (isRunId(id)) return addressRun(env, scope, id);
  if (isResponseId(id)) return addressConversation(env, scope, readConversationKey(id));
  throw new Error(`A message names a run of an unknown kind: ${id}`);
}
