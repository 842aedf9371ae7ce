import type { RunId, ScheduleId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { CatchUp, Overlap } from "./due-ticks.ts";

/** The settings that a schedule's owner chooses. */
export type ScheduleSettings = {
  /** `name`, which uses the latest version when a run starts, or `name@version`. */
  readonly workflow: string;
  readonly input: unknown;
  readonly cron: string;
  readonly timeZone: string;
  readonly catchUp: CatchUp;
  readonly overlap: Overlap;
  readonly isPaused: boolean;
  readonly metadata: Readonly<Record<string, string>>;
};

/** A schedule to create. */
export type ScheduleInit = ScheduleSettings & { readonly id: ScheduleId; readonly scope: Scope };

/** A schedule as lists show it. Times of ticks are in milliseconds, the others in seconds. */
export type ScheduleSummary = Omit<ScheduleSettings, "input"> & {
  readonly id: ScheduleId;
  readonly createdAt: number;
  /** Null while the schedule is paused. */
  readonly nextAt: number | null;
  /** The last tick that was started, and its run. */
  readonly lastAt: number | null;
  readonly lastRunId: RunId | null;
  readonly skipped: number;
  /** Ticks that wait for an open run to end. */
  readonly waiting: number;
  /** The last error since a run was started. */
  readonly lastError: { readonly message: string; readonly at: number } | null;
};

/** A schedule in a list: its state at `asOf`, in Unix seconds. */
export type ListedSchedule = ScheduleSummary & { readonly asOf: number };

/** A schedule as its own endpoint shows it. */
export type ScheduleView = ScheduleSummary & {
  readonly input: unknown;
  readonly nextTimes: readonly number[];
};

/** A run that a client triggered: open, or about to start. `at` is in milliseconds. */
export type TriggeredRun = { readonly runId: RunId; readonly at: number };
