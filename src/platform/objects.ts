import type { ConversationClient } from "../conversation/conversation-client.ts";
import type { RunId, ScheduleId, VectorStoreId } from "../ids.ts";
import type { IngestClient } from "../ingest/ingest-client.ts";
import { objectName, type Region, type Scope, shardName } from "../knowledge/scope.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { StoreClient } from "../knowledge/store-client.ts";
import type { Remote } from "../remote.ts";
import type { SearchPlanner, ShardClient } from "../retrieval/shard-client.ts";
import type { ResponseRunsClient, StartedRunClient } from "../workflow/runs/run-client.ts";
import type { ScheduleClient } from "../workflow/schedule/schedule-client.ts";
import { classifyFailure } from "./failure.ts";

type Store = StoreClient & SearchPlanner & IngestClient;

type Conversation = ConversationClient & ResponseRunsClient;

export function vectorStoreOf(env: Env, scope: Scope, id: VectorStoreId): Remote<Store> {
  return remoteOf<Store>(env.VECTOR_STORES, scope, objectName(scope, id));
}

export function searchShardOf(
  env: Env,
  scope: Scope,
  storeId: VectorStoreId,
  generation: number,
  number: SearchShardNumber,
): Remote<ShardClient> {
  const name = shardName(scope, storeId, generation, number);
  return remoteOf<ShardClient>(env.SEARCH_SHARDS, scope, name);
}

/** The object of a conversation, or of a response outside of one, named by the key in its id. */
export function conversationOf(env: Env, scope: Scope, key: string): Remote<Conversation> {
  return remoteOf<Conversation>(env.CONVERSATIONS, scope, objectName(scope, key));
}

export function runOf(env: Env, scope: Scope, id: RunId): Remote<StartedRunClient> {
  return remoteOf<StartedRunClient>(env.RUNS, scope, objectName(scope, id));
}

export function scheduleOf(env: Env, scope: Scope, id: ScheduleId): Remote<ScheduleClient> {
  return remoteOf<ScheduleClient>(env.SCHEDULES, scope, objectName(scope, id));
}

/** The compiler refuses a namespace whose class does not implement `Client`. */
function remoteOf<Client>(
  namespace: DurableObjectNamespace<Client & Rpc.DurableObjectBranded>,
  scope: Scope,
  name: string,
): Remote<Client> {
  const stub: unknown = objectOf(namespace, scope, name);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the platform's own stub type is `never` for JSON of unknown depth, such as a step's output
  return stub as Remote<Client>;
}

/** The object `name` of a project, created near it or, for "eu", kept inside the EU. */
export function objectOf<Class extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Class>,
  { region }: Pick<Scope, "region">,
  name: string,
): DurableObjectStub<Class> {
  if (region === "auto") return namespace.getByName(name);
  if (region === "eu") return insideEu(namespace).getByName(name);
  return namespace.getByName(name, { locationHint: hintOf(region) });
}

/** A laptop has no jurisdictions: there the name, which carries the region, keeps the objects apart. */
function insideEu<Class extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Class>,
): DurableObjectNamespace<Class> {
  try {
    return namespace.jurisdiction("eu");
  } catch (error) {
    if (error instanceof Error && error.message.includes("not implemented in workerd")) {
      return namespace;
    }
    throw error;
  }
}

const hintOf = (region: Exclude<Region, "auto" | "eu">): DurableObjectLocationHint => region;

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 50;

/**
 * Makes a call that is safe to repeat, and repeats it when the platform failed. Each attempt takes a fresh stub, because a
 * broken one stays broken; an overloaded object is not called again.
 */
export function withFreshStub<Stub, Value>(
  stub: () => Stub,
  call: (stub: Stub) => Promise<Value>,
): Promise<Value> {
  return repeat(() => call(stub()), {
    attemptsMax: ATTEMPTS_MAX,
    pauseMs: (attempt) => Math.random() * PAUSE_MS * 2 ** attempt,
  });
}

const WAIT_ATTEMPTS_MAX = 10;
const WAIT_PAUSE_MS = 25;
const WAIT_PAUSE_MS_MAX = 1_000;

/**
 * Waits for an object's result over restarts of the object: an answer continues by itself, so a caller that waits for it
 * calls again, each time with a fresh stub. An overloaded object is not called again.
 */
export function outlastRestarts<Value>(call: () => Promise<Value>): Promise<Value> {
  return repeat(call, {
    attemptsMax: WAIT_ATTEMPTS_MAX,
    pauseMs: (attempt) => Math.min(WAIT_PAUSE_MS_MAX, WAIT_PAUSE_MS * 2 ** attempt),
  });
}

async function repeat<Value>(
  call: () => Promise<Value>,
  {
    attemptsMax,
    pauseMs,
  }: { readonly attemptsMax: number; readonly pauseMs: (attempt: number) => number },
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attemptsMax || classifyFailure(error) !== "transient") throw error;
      await scheduler.wait(pauseMs(attempt));
    }
  }
}
