import { withDeadline } from "../abort.ts";
import type { ConversationClient } from "../conversation/conversation-client.ts";
import type { GenerationClient } from "../conversation/generation-client.ts";
import type { SocketConnection } from "../conversation/socket/socket-client.ts";
import { newId, type RunId, type ScheduleId, type VectorStoreId } from "../ids.ts";
import type { IngestClient } from "../ingest/ingest-client.ts";
import { isJurisdiction, type Jurisdiction } from "../jurisdiction.ts";
import type { Lane } from "../kernel/rules/definition.ts";
import {
  followerName,
  objectName,
  type Region,
  type Scope,
  shardName,
} from "../knowledge/scope.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { StoreClient } from "../knowledge/store-client.ts";
import type { LaneClient } from "../lanes/lane-client.ts";
import type { Remote } from "../remote.ts";
import type { EmbeddingCacheClient } from "../retrieval/embedding-cache/cache-client.ts";
import type {
  FollowedStore,
  FollowerClient,
  FollowSource,
} from "../retrieval/followers/follower-client.ts";
import type { SearchPlanner, ShardClient } from "../retrieval/shard-client.ts";
import type { VectorWriterClient } from "../retrieval/vectorize/outgoing.ts";
import type { VectorIndexNumber } from "../retrieval/vectorize/placement.ts";
import type { ResponseRunsClient, StartedRunClient } from "../workflow/runs/run-client.ts";
import type { ScheduleClient } from "../workflow/schedule/schedule-client.ts";
import type { DispatchedStepsClient } from "../workflow/steps/dispatched-step.ts";
import { CallOverdue, classifyFailure } from "./failure.ts";

type Store = StoreClient & SearchPlanner & IngestClient & FollowedStore;

type Conversation = ConversationClient &
  GenerationClient &
  ResponseRunsClient &
  DispatchedStepsClient;

type Run = StartedRunClient & DispatchedStepsClient;

/** Returns a stub of the Durable Object of a vector store. */
export function addressVectorStore(env: Env, scope: Scope, id: VectorStoreId): Remote<Store> {
  return addressRemote<Store>(env.VECTOR_STORES, scope, objectName(scope, id));
}

/**
 * Returns a stub of the Durable Object of a search shard. Several shards together hold the chunks of a vector store's
 * index; `number` names one of them.
 */
export function addressSearchShard(
  env: Env,
  scope: Scope,
  storeId: VectorStoreId,
  generation: number,
  number: SearchShardNumber,
): Remote<ShardClient> {
  const name = shardName(scope, storeId, generation, number);
  return addressRemote<ShardClient>(env.SEARCH_SHARDS, scope, name);
}

/** Returns a stub of the Durable Object of a follower of a search shard, a copy of which searches are answered. */
export function addressFollower(
  env: Env,
  { scope, storeId, generation, shard, number }: FollowSource,
): Remote<FollowerClient> {
  const name = followerName(shardName(scope, storeId, generation, shard), number);
  return addressRemote<FollowerClient>(env.SEARCH_SHARDS, scope, name);
}

/**
 * Returns a stub of the Durable Object of a conversation, or of a response that belongs to no conversation. `key` is
 * the part of the conversation's or response's id from which the object's name is made.
 */
export function addressConversation(env: Env, scope: Scope, key: string): Remote<Conversation> {
  return addressRemote<Conversation>(env.CONVERSATIONS, scope, objectName(scope, key));
}

/** Returns a stub of the Durable Object of a run. */
export function addressRun(env: Env, scope: Scope, id: RunId): Remote<Run> {
  return addressRemote<Run>(env.RUNS, scope, objectName(scope, id));
}

/** Returns a stub of the Durable Object of a schedule. */
export function addressSchedule(env: Env, scope: Scope, id: ScheduleId): Remote<ScheduleClient> {
  return addressRemote<ScheduleClient>(env.SCHEDULES, scope, objectName(scope, id));
}

/** Returns a stub of the Durable Object that makes all changes of a vector index. All projects share it. */
export function addressVectorWriter(
  env: Pick<Env, "VECTOR_WRITERS">,
  index: VectorIndexNumber,
): Remote<VectorWriterClient> {
  const name = `vector-writer:${index}`;
  return addressRemote<VectorWriterClient>(env.VECTOR_WRITERS, { region: "auto" }, name);
}

/** Returns a stub of the Durable Object of a lane in a region, which the projects of the region share. */
export function addressLane(
  env: Pick<Env, "LANES">,
  region: Region,
  lane: Lane,
): Remote<LaneClient> {
  return addressRemote<LaneClient>(env.LANES, { region }, `lane:${region}:${lane}`);
}

/** Returns a stub of the Durable Object of a project's embedding cache. */
export function addressEmbeddingCache(env: Env, scope: Scope): Remote<EmbeddingCacheClient> {
  return addressRemote<EmbeddingCacheClient>(
    env.EMBEDDING_CACHES,
    scope,
    objectName(scope, "embeddings"),
  );
}

/** The request header that passes a socket's connection data to its new Durable Object. */
export const CONNECTION_HEADER = "x-edgewise-connection";

/**
 * Opens a WebSocket whose server side is a new Durable Object near the project's region. Returns the client side. The
 * object is called with `fetch`, since only a response to it can carry a socket.
 */
export async function openSocket(env: Env, connection: SocketConnection): Promise<WebSocket> {
  const name = objectName(connection.scope, newId("sock_"));
  const stub = addressObject(env.RESPONSE_SOCKETS, connection.scope, name);
  const { status, webSocket } = await stub.fetch("https://socket.invalid/", {
    headers: { upgrade: "websocket", [CONNECTION_HEADER]: JSON.stringify(connection) },
  });
  if (!webSocket) throw new Error(`The object of a socket answered with ${status}`);
  return webSocket;
}

/** Addresses an object as its client interface. A class that does not implement `Client` does not compile. */
function addressRemote<Client>(
  namespace: DurableObjectNamespace<Client & Rpc.DurableObjectBranded>,
  scope: Pick<Scope, "region">,
  name: string,
): Remote<Client> {
  const stub: unknown = addressObject(namespace, scope, name);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the platform's own stub type is `never` for JSON of unknown depth, such as a step's output
  return stub as Remote<Client>;
}

/**
 * Returns a stub of the Durable Object with the name `name`. If it does not exist yet, it is created near the project's
 * region or, if that is a jurisdiction, inside it.
 */
export function addressObject<Class extends Rpc.DurableObjectBranded>(
  namespace: DurableObjectNamespace<Class>,
  { region }: Pick<Scope, "region">,
  name: string,
): DurableObjectStub<Class> {
  if (region === "auto") return namespace.getByName(name);
  if (isJurisdiction(region)) return keepInside(namespace, region).getByName(name);
  return namespace.getByName(name, { locationHint: toHint(region) });
}

/**
 * Returns the part of a namespace whose objects stay inside a jurisdiction; all of it for null. The same name is another
 * object in each jurisdiction. Local workerd has no jurisdictions: there, the region in the name separates the objects.
 */
export function keepInside<Namespace extends Divided<Namespace>>(
  namespace: Namespace,
  jurisdiction: Jurisdiction | null,
): Namespace {
  if (jurisdiction === null) return namespace;
  try {
    return namespace.jurisdiction(jurisdiction);
  } catch (error) {
    if (error instanceof Error && error.message.includes("not implemented in workerd")) {
      return namespace;
    }
    throw error;
  }
}

/** A namespace of Durable Objects of any class, by its parts. */
type Divided<Namespace> = { jurisdiction(name: Jurisdiction): Namespace };

const toHint = (region: Exclude<Region, "auto" | Jurisdiction>): DurableObjectLocationHint =>
  region;

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 50;

/** Maximum milliseconds that a call to an object may take. The longest carry the vectors of many chunks. */
const CALL_MS = 25_000;

/**
 * Calls a Durable Object with a stub from `stub`, and repeats the call after a failure of the platform, so `call` must
 * be safe to repeat. Each attempt gets a new stub, since a broken one stays broken. If the object is overloaded or does
 * not answer in time, the call is not repeated.
 */
export function withFreshStub<Stub, Value>(
  stub: () => Stub,
  call: (stub: Stub) => Promise<Value>,
): Promise<Value> {
  const callInTime = () =>
    withDeadline(call(stub()), CALL_MS, () => {
      throw new CallOverdue("an object", CALL_MS);
    });
  return repeat(callInTime, {
    attemptsMax: ATTEMPTS_MAX,
    pauseMs: (attempt) => Math.random() * PAUSE_MS * 2 ** attempt,
  });
}

const WAIT_ATTEMPTS_MAX = 10;
const WAIT_PAUSE_MS = 25;
const WAIT_PAUSE_MS_MAX = 1_000;

/**
 * Waits for a result that a Durable Object produces even if it restarts: repeats `call`, which must make a new stub
 * each time, until it succeeds. The call is not repeated if the object is overloaded.
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
