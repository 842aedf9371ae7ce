import { type RunId, deriveRunId, type ScheduleId } from "../../ids.ts";

/** Formats the key under which a tick's run is started. Repeated starts give one run. */
export const formatTickKey = (scheduleId: ScheduleId, tick: number) => `${scheduleId}:${tick}`;

/** Formats the key of a run that a client triggers; `key` is the key of the request. */
export const formatTriggerKey = (scheduleId: ScheduleId, key: string) =>
  `${scheduleId}:trigger:${key}`;

/** Derives a run's id from its key. */
export async function deriveRunIdFromKey(key: string): Promise<RunId> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return deriveRunId(new Uint8Array(digest));
}

/** Derives the id of a tick's run. */
export const deriveTickRunId = (scheduleId: ScheduleId, tick: number): Promise<RunId> =>
  deriveRunIdFromKey(formatTickKey(scheduleId, tick));
