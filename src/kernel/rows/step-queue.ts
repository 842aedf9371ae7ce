import type { Lane } from "../rules/definition.ts";

const LANES: readonly Lane[] = ["interactive", "default", "batch"];
/** The queue of a handler in a lane; the names of interactive ones sort first. */
export const queueOf = (use: string, lane: Lane = "default") => `${LANES.indexOf(lane)}:${use}`;
export const useOf = (queue: string) => queue.slice(2);
export const queuesOf = (use: string) => LANES.map((lane) => queueOf(use, lane));
