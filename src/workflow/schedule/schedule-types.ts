import type { RunId, ScheduleId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { CatchUp, Overlap } from "./due-ticks.ts";

/** The properties of a schedule that a client sets. */
export type ScheduleSettings = {
  /** The workflow to run: `name`, which means its latest version when a run starts, or `name@version`. */
  readonly workflow: string;
  readonly input: unknown;
  readonly cron: string;
  readonly timeZone: string;
  readonly catchUp: CatchUp;
  readonly overlap: Overlap;
  readonly isPaused: boolean;
  readonly metadata: Readonly<Record<string, string>>;
};

/** The properties of a schedule that is to be created. */
export type ScheduleInit = ScheduleSettings & { readonly id: ScheduleId; readonly scope: Scope };

/**
 * A schedule as lists show it, without the input of its runs. Times of ticks are in milliseconds since the epoch, other
 * times in Unix seconds.
 */
export type ScheduleSummary = Omit<ScheduleSettings, "input"> & {
  readonly id: ScheduleId;
  readonly createdAt: number;
  /** The next tick; null while the schedule is paused or if there is none. */
  readonly nextAt: number | null;
  /** The last tick for which a run was started; null before the first. */
  readonly lastAt: number | null;
  readonly lastRunId: RunId | null;
  readonly skipped: number;
  /** Number of ticks that wait for an open run to end. */
  readonly waiting: number;
  /**
   * The error of the last failed attempt to start a run; null once a later run was started. `at` is in Unix seconds.
   */
  readonly lastError: { readonly message: string; readonly at: number } | null;
};

/** A schedule in a list, with its state at the time `asOf`, in Unix seconds. */
export type ListedSchedule = ScheduleSummary & { readonly asOf: number };

/** A schedule with all properties that the API shows. */
export type ScheduleView = ScheduleSummary & {
  readonly input: unknown;
  readonly nextTimes: readonly number[];
};

/**
 * A run that a client triggered outside of the cron times, and that is being started or has not ended. `at` is the time
 * of the trigger, in milliseconds since the epoch.
 */
export type TriggeredRun = { readonly runId: RunId; readonly at: number };

/** A run that a client triggered, and whether an earlier request with the same idempotency key did. */
export type AskedRun = TriggeredRun & { readonly isReplayed: boolean };
