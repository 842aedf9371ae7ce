import type { Lane } from "../kernel/rules/definition.ts";
import { RetryLaterError } from "../kernel/rules/step-handler.ts";
import { LANES } from "../kernel/rules/step/queue.ts";
import type { Scope } from "../knowledge/scope.ts";
import { LANE_FULL, type LaneEnd, type LaneJob, type LaneReports } from "../lanes/lane-client.ts";
import { logger } from "../platform/logger.ts";
import { addressLane, withFreshStub } from "../platform/objects.ts";

/** Pause before a full lane is asked again, in milliseconds. */
const FULL_MS = 60_000;

/** Hands steps to the lanes of their project's region, which send them to consumers in their turn. */
export async function submitToLanes(
  env: Env,
  { projectId, region }: Scope,
  jobs: ReadonlyMap<Lane, readonly LaneJob[]>,
): Promise<void> {
  const calls = Array.from(jobs, async ([lane, some]) => {
    await withFreshStub(
      () => addressLane(env, region, lane),
      (stub) => stub.submit({ lane, projectId, jobs: some }),
    ).catch((error: unknown) => {
      const isFull = error instanceof Error && error.message.includes(LANE_FULL);
      throw isFull ? new RetryLaterError(`${LANE_FULL} ${lane}`, FULL_MS, { cause: error }) : error;
    });
  });
  await Promise.all(calls);
}

/** Asks a lane for the place of a run; null if the run has no step there, or the lane cannot be asked. */
export async function placeInLane(
  env: Env,
  { region }: Pick<Scope, "region">,
  lane: Lane,
  runId: string,
): Promise<number | null> {
  try {
    return await withFreshStub(
      () => addressLane(env, region, lane),
      (stub) => stub.place(runId),
    );
  } catch (error) {
    logger.warn("lane.place.failed", { lane, runId }, error);
    return null;
  }
}

/**
 * Asks all lanes for the place of a run's next job, as `LaneClient.place` counts it. Returns the lowest place; null if
 * the run has no job in a lane, or no lane could be asked.
 */
export async function placeInLanes(
  env: Env,
  scope: Pick<Scope, "region">,
  runId: string,
): Promise<number | null> {
  const places = await Promise.all(LANES.map((lane) => placeInLane(env, scope, lane, runId)));
  const known = places.filter((place) => place !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Creates the reports of consumers to the lanes. */
export const laneReports = (env: Env): LaneReports => ({
  leave: (scope, lane, end) => leaveLane(env, scope, lane, [end]),
});

/**
 * Reports to a lane that jobs have ended, or are no longer wanted. Never rejects: the lane also drops jobs whose end it
 * does not hear of.
 */
export async function leaveLane(
  env: Env,
  { region }: Pick<Scope, "region">,
  lane: Lane,
  ends: readonly LaneEnd[],
): Promise<void> {
  try {
    await withFreshStub(
      () => addressLane(env, region, lane),
      (stub) => stub.leave(lane, ends),
    );
  } catch (error) {
    logger.warn("lane.leave.failed", { lane, count: ends.length }, error);
  }
}
