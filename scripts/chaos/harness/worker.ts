/**
 * The service with queues that lose the order of messages and deliver some of them twice. The chaos run starts
 * `wrangler dev` with this entry point instead of src/index.ts.
 */
import service, { LaneObject, VectorStoreObject } from "../../../src/index.ts";
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

// Those of the service, with two of its object classes replaced.
export * from "../../../src/index.ts";
export { DisturbedLane as LaneObject, DisturbedVectorStore as VectorStoreObject };

export default service;
