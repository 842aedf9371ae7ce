import type { Lane } from "../definition.ts";

/** The lanes of steps, those whose work begins first at the front. */
export const LANES = ["interactive", "default", "batch"] as const satisfies readonly Lane[];

/**
 * Makes the name of the queue of a handler in a lane, such as `0:http@1`. It begins with the number of the lane, so
 * interactive queues sort first.
 */
export const formatQueue = (use: string, lane: Lane = "default") => `${LANES.indexOf(lane)}:${use}`;

/** Returns the name of the handler in the name of its queue. */
export const parseQueue = (queue: string) => queue.slice(2);

/** Lists the names of a handler's queues, one for each lane. */
export const listQueues = (use: string) => LANES.map((lane) => formatQueue(use, lane));
