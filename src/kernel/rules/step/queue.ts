import type { Lane } from "../definition.ts";

const LANES: readonly Lane[] = ["interactive", "default", "batch"];

/** Names a handler's queue in a lane. The name begins with the lane's number, so interactive queues sort first. */
export const formatQueue = (use: string, lane: Lane = "default") => `${LANES.indexOf(lane)}:${use}`;

/** Reads the handler from a queue's name. */
export const parseQueue = (queue: string) => queue.slice(2);

/** Lists a handler's queues, one for each lane. */
export const listQueues = (use: string) => LANES.map((lane) => formatQueue(use, lane));
