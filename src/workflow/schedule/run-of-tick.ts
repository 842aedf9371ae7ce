import { type RunId, deriveRunId, type ScheduleId } from "../../ids.ts";

/**
 * Makes the idempotency key under which the run of a tick (a scheduled time) is started, so that repeated starts give
 * one run.
 */
export const formatTickKey = (scheduleId: ScheduleId, tick: number) => `${scheduleId}:${tick}`;

/**
 * Makes the idempotency key of a run that a client triggers outside of the cron times. `key` is that of the client's
 * request.
 */
export const formatTriggerKey = (scheduleId: ScheduleId, key: string) =>
  `${scheduleId}:trigger:${key}`;

/** Derives the id of a scheduled run from its idempotency key. */
export async function deriveRunIdFromKey(key: string): Promise<RunId> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return deriveRunId(new Uint8Array(digest));
}

/** Derives the id of the run that a schedule starts at the time `tick`. */
export const deriveTickRunId = (scheduleId: ScheduleId, tick: number): Promise<RunId> =>
  deriveRunIdFromKey(formatTickKey(scheduleId, tick));
