import type { GenerationDeps } from "../conversation/generate-dispatched.ts";
import type { GenerateMessage } from "../conversation/generation-client.ts";
import { readConversationKey } from "../ids.ts";
import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import { addressConversation, withFreshStub } from "../platform/objects.ts";
import { conversationDeps } from "./conversation-deps.ts";

/** Creates the dependencies of the consumer of the queue for answers. */
export function generationDeps(env: Env): GenerationDeps {
  const callOwner = <Value>(
    { scope, responseId }: GenerateMessage,
    call: (owner: ReturnType<typeof addressConversation>) => Promise<Value>,
  ) => withFreshStub(() => addressConversation(env, scope, readConversationKey(responseId)), call);
  return {
    take: (message) => callOwner(message, (owner) => owner.takeAnswer(message)),
    release: (message, released) =>
      callOwner(message, (owner) => owner.releaseFacts(message, released)),
    end: (message, released, outcome) =>
      callOwner(message, (owner) => owner.endAnswer(message, released, outcome)),
    answering: (scope) => conversationDeps(env, scope),
    onFailure: ({ responseId }, error) => {
      const isBug = classifyFailure(error) === "bug";
      if (isBug) logger.failed("answer.attempt.failed", error, { responseId });
      else logger.warn("answer.attempt.failed", { responseId }, error);
      return isBug;
    },
  };
}
