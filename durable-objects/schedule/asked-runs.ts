import type { ScheduleId } from "../../src/ids.ts";
import type { Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { TICKS_MAX } from "../../src/workflow/schedule/due-ticks.ts";
import {
  deriveRunIdFromKey,
  formatTickKey,
  formatTriggerKey,
} from "../../src/workflow/schedule/run-of-tick.ts";
import type { AskedRun } from "../../src/workflow/schedule/schedule-types.ts";
import type { ScheduleTables } from "./schedule-tables.ts";
import type { ScheduleWork } from "./schedule-work.ts";

/** A trigger starts its run at once. If the object dies, the alarm starts it after this time. */
const TRIGGER_LEASE_MS = 30_000;
const TRIGGER_KEPT_MS = 24 * 60 * 60_000;

/** The parts of a schedule object that start a run outside of the cron times. */
export type AskedRunParts = {
  readonly tables: ScheduleTables;
  readonly work: ScheduleWork;
  /** Runs a change in a transaction, and sets the alarm. */
  readonly change: (apply: () => void) => void;
  readonly now: () => number;
};

/**
 * Starts a run of the schedule now. All calls with the same key start one run. Returns null if the schedule was deleted
 * meanwhile, as `isLive` says.
 */
export async function triggerRun(
  { tables, work, change, now: readClock }: AskedRunParts,
  { id, key, isLive }: { id: ScheduleId; key: string; isLive: () => boolean },
): Promise<Result<AskedRun, Refusal> | null> {
  const startKey = formatTriggerKey(id, key);
  const runId = await deriveRunIdFromKey(startKey);
  if (!isLive()) return null;
  const known = tables.findTrigger(key);
  if (known) return ok({ ...known, isReplayed: true });
  if (tables.startingCount() >= TICKS_MAX) return err(TOO_MANY_STARTS);
  const now = readClock();
  change(() => {
    tables.addTrigger(key, { runId, at: now }, now - TRIGGER_KEPT_MS);
    tables.addStart(startKey, now, now, now + TRIGGER_LEASE_MS);
  });
  const start = tables.findStart(startKey);
  const decision = start && (await work.attempt(start));
  if (decision?.kind !== "given_up") return ok({ runId, at: now, isReplayed: false });
  return err({ code: decision.code ?? "service_unavailable", message: decision.message });
}

/** Starts the run of a scheduled time again, for its dead letter. Refuses while the run is being started or open. */
export function redriveTick(
  { tables, change, now: readClock }: AskedRunParts,
  id: ScheduleId,
  tick: number,
): Result<null, Refusal> {
  const key = formatTickKey(id, tick);
  if (tables.findStart(key)) return err(TICK_STARTED);
  if (tables.startingCount() >= TICKS_MAX) return err(TOO_MANY_STARTS);
  const now = readClock();
  change(() => tables.addStart(key, tick, now, now));
  return ok(null);
}

const TICK_STARTED: Refusal = {
  code: "run_in_progress",
  message: "The run of this time is being started, or has been started.",
};
const TOO_MANY_STARTS: Refusal = {
  code: "service_unavailable",
  message: "Too many runs of this schedule are waiting to start. Try again in a minute.",
};
