import type { RunId } from "../../ids.ts";
import type { Refusal } from "../../refusal.ts";
import type { Awaitable } from "../../remote.ts";
import type { Result } from "../../result.ts";
import type {
  ScheduleInit,
  ScheduleSettings,
  ScheduleView,
  TriggeredRun,
} from "./schedule-types.ts";

/** The methods of a schedule object, as the routes of schedules call them. */
export interface ScheduleClient {
  create(init: ScheduleInit): Awaitable<Result<ScheduleView, Refusal>>;
  read(): Awaitable<Result<ScheduleView, Refusal>>;
  update(changes: Partial<ScheduleSettings>): Awaitable<Result<ScheduleView, Refusal>>;
  remove(): Awaitable<Result<null, Refusal>>;
  trigger(key: string): Awaitable<Result<TriggeredRun, Refusal>>;
  redrive(tick: number): Awaitable<Result<null, Refusal>>;
  runSettled(runId: RunId): Awaitable<void>;
}
