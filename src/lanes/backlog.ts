import type { Lane } from "../kernel/rules/definition.ts";
import type { LaneLoad } from "./lane-client.ts";

/** The places where work in the background waits: the lanes of answers, and the queue of files to index. */
export const BACKLOGS = ["interactive", "default", "batch", "ingest"] as const satisfies readonly (
  | Lane
  | "ingest"
)[];
/** The name of a place where work in the background waits. */
export type Backlog = (typeof BACKLOGS)[number];

/** New work for the background: an answer in a lane, one file to index, or many files at once. */
export type BackgroundWork = Lane | "file" | "files";

/** The load of a backlog at one moment. */
export type BacklogLoad = {
  /** Jobs that wait, are in the queue, or are at a consumer. */
  readonly jobs: number;
  /** The age of the oldest job that waits, in milliseconds; 0 if none waits. */
  readonly oldestAgeMs: number;
  /** Jobs that end per second; null if nobody has counted them. */
  readonly drainPerSecond: number | null;
  /** Jobs that could begin at once if they came now; 0 if nobody has counted them. */
  readonly room: number;
};

/** The capacity of a backlog: it is full with this many jobs, or when a job has waited this long. */
export type BacklogCapacity = { readonly jobs: number; readonly ageMs: number };

/** A backlog with its load, which is null if nobody knows it, and its capacity. */
export type MeasuredBacklog = {
  readonly backlog: Backlog;
  readonly load: BacklogLoad | null;
  readonly capacity: BacklogCapacity;
};

/** Returns the backlog to which work is added. */
export const backlogOf = (work: BackgroundWork): Backlog =>
  work === "file" || work === "files" ? "ingest" : work;

const MINUTE_MS = 60_000;

/**
 * The longest wait in each backlog, in milliseconds. `interactive`: somebody looks at a progress bar. `default`: the
 * client polls or has a job that waits for it. `batch`: half of the 24 hours after which an answer is dropped, so that
 * the other half is left for retries. `ingest`: a store keeps its own files in order, and an hour is far above the time
 * of the 200 files that each store has in the queue.
 */
const AGES_MAX_MS: Readonly<Record<Backlog, number>> = {
  interactive: MINUTE_MS,
  default: 15 * MINUTE_MS,
  batch: 12 * 60 * MINUTE_MS,
  ingest: 60 * MINUTE_MS,
};

/**
 * Combines the numbers of jobs that an operator has set with the ages, which are the same everywhere. `jobs` has the
 * maximum number of each backlog.
 */
export const capacityOf = (
  backlog: Backlog,
  jobs: Readonly<Record<Backlog, number>>,
): BacklogCapacity => ({ jobs: jobs[backlog], ageMs: AGES_MAX_MS[backlog] });

/**
 * Joins what the queue of a backlog and the object of its lane count, each null if it did not answer. A queue counts what
 * it holds, and not the messages that are at work, delayed, or wait for a retry; a lane counts what it has sent until
 * its end is reported, so its count includes the queue's. What is in the queue begins before a new job, and needs room
 * of the lane. Returns null if nobody answered.
 */
export function joinLoads(
  queue: { readonly jobs: number; readonly oldestAgeMs: number } | null,
  lane: LaneLoad | null,
): BacklogLoad | null {
  if (lane === null) return queue && { ...queue, drainPerSecond: null, room: 0 };
  const inQueue = queue ?? { jobs: 0, oldestAgeMs: 0 };
  return {
    jobs: lane.waiting + Math.max(lane.sent, inQueue.jobs),
    oldestAgeMs: Math.max(lane.oldestAgeMs, inQueue.oldestAgeMs),
    drainPerSecond: lane.drainPerSecond,
    room: Math.max(0, lane.room - inQueue.jobs),
  };
}
