import type { ProjectId } from "../ids.ts";
import type { Lane } from "../kernel/rules/definition.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Awaitable } from "../remote.ts";

/** The name of a piece of work in a lane: a step of a run. It stays the same when the step is sent again. */
export type LaneWork = { readonly runId: string; readonly step: string };

/** A step that its object hands to a lane, to be sent to the lane's queue. */
export type LaneJob = LaneWork & {
  /** The lease under which the object waits for a consumer. A later job of the same step has another one. */
  readonly lease: string;
  /** An estimate of the tokens that the model reads and writes for the step, the measure of a fair share. */
  readonly tokens: number;
  /** The message for the queue: ids and a lease, no content. */
  readonly message: object;
};

/** Jobs of one project, for one lane. */
export type LaneJobs = {
  readonly lane: Lane;
  readonly projectId: ProjectId;
  readonly jobs: readonly LaneJob[];
};

/** The end of a consumer's work on a message, or the end of a job that waits. */
export type LaneEnd = LaneWork & {
  readonly lease: string;
  /** The time that the message has waited in the queue, in milliseconds; null if no consumer has had it. */
  readonly waitedMs: number | null;
};

/** The reports of a consumer to the lanes from which it got work. */
export type LaneReports = {
  /** Reports that the work of a message has ended, so that the lane sends the next job. Never rejects. */
  leave(scope: Pick<Scope, "region">, lane: Lane, end: LaneEnd): Promise<void>;
};

/** The work in a lane, as the lane's object counts it. */
export type LaneLoad = {
  /** Jobs that wait in the lane. */
  readonly waiting: number;
  /** Jobs that were sent to the queue and whose end was not reported: in the queue, or at a consumer. */
  readonly sent: number;
  /** The age of the job that has waited longest in the lane, in milliseconds; 0 if none waits. */
  readonly oldestAgeMs: number;
  /** Ends of jobs per second, over about the last half minute; 0 if nothing has ended in that time. */
  readonly drainPerSecond: number;
  /** Jobs that the lane would send at once if they came now; 0 while others wait to be sent. */
  readonly room: number;
};

/** The methods of a lane object. Each may be repeated. */
export interface LaneClient {
  /**
   * Adds jobs to the lane. It sends them to the queue in their turn, at once if there is room. A job of a step that is
   * in the lane already replaces that one and keeps its place. Throws `LANE_FULL` if too many jobs wait.
   */
  submit(jobs: LaneJobs): Awaitable<void>;
  /** Removes jobs whose work has ended or is no longer wanted. Jobs under other leases stay. */
  leave(lane: Lane, ends: readonly LaneEnd[]): Awaitable<void>;
  /**
   * Returns the number of jobs that are sent before the next job of a run, as the lane stands now, plus one; 0 if it was
   * sent, null if the run has no job in the lane.
   */
  place(runId: string): Awaitable<number | null>;
  load(): Awaitable<LaneLoad>;
}

/** The value of `include` that adds the place of a response or a run in its lane: an extension by Edgewise. */
export const QUEUE_POSITION = "edgewise.queue_position";

/** The message of the error with which a full lane refuses jobs. */
export const LANE_FULL = "Too many jobs wait in the lane";
