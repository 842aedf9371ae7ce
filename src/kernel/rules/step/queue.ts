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

/** The head start of the steps of a lane over those of the lane batch, in milliseconds. */
const HEAD_START_MS: readonly number[] = [60_000, 30_000, 0];

/**
 * Returns the rank of a ready step among those of its handler: the lowest goes first. A step that became due at `due`
 * counts as due earlier by the head start of its lane. So a batch step waits for the interactive steps that become due
 * within a minute after it, and for no later ones: nothing waits for ever.
 */
export const rankReady = (queue: string, due: number): number =>
  due - (HEAD_START_MS[Number(queue[0])] ?? 0);

/** Lists the names of a handler's queues, one for each lane. */
export const listQueues = (use: string) => LANES.map((lane) => formatQueue(use, lane));
