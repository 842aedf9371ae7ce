import { type RunId, deriveRunId, type ScheduleId } from "../../ids.ts";

/** What a tick's run is started under: however often that happens, it is one run. */
export const keyOfTick = (scheduleId: ScheduleId, tick: number) => `${scheduleId}:${tick}`;

/** The same for a run that somebody asked for; `key` is the one of the request. */
export const keyOfTrigger = (scheduleId: ScheduleId, key: string) => `${scheduleId}:trigger:${key}`;

export async function runIdOfKey(key: string): Promise<RunId> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return deriveRunId(new Uint8Array(digest));
}

export const runIdOfTick = (scheduleId: ScheduleId, tick: number): Promise<RunId> =>
  runIdOfKey(keyOfTick(scheduleId, tick));
