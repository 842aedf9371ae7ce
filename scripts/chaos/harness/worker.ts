/**
 * The service with queues that lose the order of messages and deliver some of them twice. The chaos run starts
 * `wrangler dev` with this entry point instead of src/index.ts.
 */
import service, {
  CircuitBreakerObject,
  ConversationObject,
  EmbeddingCacheObject,
  LaneObject,
  ResponseSocketObject,
  RunObject,
  ScheduleObject,
  SearchShardObject,
  VectorStoreObject,
} from "../../../src/index.ts";
import { disturbQueues } from "./disturb-queues.ts";

/** Sends the messages of answers and steps. */
class DisturbedLane extends LaneObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, disturbQueues(env));
  }
}

/** Sends the messages of files. */
class DisturbedVectorStore extends VectorStoreObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, disturbQueues(env));
  }
}

export {
  CircuitBreakerObject,
  ConversationObject,
  EmbeddingCacheObject,
  DisturbedLane as LaneObject,
  ResponseSocketObject,
  RunObject,
  ScheduleObject,
  SearchShardObject,
  DisturbedVectorStore as VectorStoreObject,
};

export default service;
