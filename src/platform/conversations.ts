import type { ConversationObject } from "../../durable-objects/conversation.ts";
import type { ResponseRun } from "../../durable-objects/conversation/response-run.ts";
import type { ResponseId } from "../ids.ts";
import { objectName, type Scope } from "../knowledge/scope.ts";
import { classifyFailure } from "./failure.ts";
import { objectOf } from "./objects.ts";

/** What an object's methods are from outside. */
export type Remote<Class> = {
  readonly [Name in keyof Class]: Class[Name] extends (
    ...parameters: infer Parameters
  ) => infer Value
    ? (...parameters: Parameters) => Promise<Awaited<Value>>
    : never;
};

/** What can be asked of a conversation object from outside. */
export type ConversationClient = Remote<Omit<ConversationObject, "run">> & {
  /** Asked at once: the object does not answer before. */
  run(id: ResponseId): Remote<ResponseRun>;
};

const ATTEMPTS_MAX = 10;
const PAUSE_MS = 25;
const PAUSE_MS_MAX = 1_000;

/** The object that holds a conversation, or a response outside of one, named by the key in its id. */
export function conversationOf(env: Env, scope: Scope, key: string): ConversationClient {
  const stub: unknown = objectOf(env.CONVERSATIONS, scope, objectName(scope, key));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stub's own type is `never` for JSON of unknown depth, such as a tool's parameters
  return stub as ConversationClient;
}

/**
 * Waits for what an object promises, over restarts of the object: an answer goes on by itself, so whoever waits
 * for it asks again, each time with a fresh stub. An overloaded object is not asked again.
 */
export async function outlastRestarts<Value>(call: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || classifyFailure(error) !== "transient") throw error;
      await scheduler.wait(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** attempt));
    }
  }
}
