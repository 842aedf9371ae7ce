import type { RunId } from "../../ids.ts";
import type { Refusal } from "../../refusal.ts";
import type { Awaitable } from "../../remote.ts";
import type { Created, KeyClaim } from "../../request-key.ts";
import type { Result } from "../../result.ts";
import type { AskedRun, ScheduleInit, ScheduleSettings, ScheduleView } from "./schedule-types.ts";

/** The methods of a schedule object, as the routes of schedules call them. */
export interface ScheduleClient {
  create(init: ScheduleInit): Awaitable<Result<ScheduleView, Refusal>>;
  createOnce(
    init: ScheduleInit,
    claim: KeyClaim,
  ): Awaitable<Result<Created<ScheduleView>, Refusal>>;
  madeWith(claim: KeyClaim): Awaitable<Result<readonly string[] | null, Refusal>>;
  read(): Awaitable<Result<ScheduleView, Refusal>>;
  update(changes: Partial<ScheduleSettings>): Awaitable<Result<ScheduleView, Refusal>>;
  remove(): Awaitable<Result<null, Refusal>>;
  trigger(key: string): Awaitable<Result<AskedRun, Refusal>>;
  redrive(tick: number): Awaitable<Result<null, Refusal>>;
  runSettled(runId: RunId): Awaitable<void>;
  poke(): Awaitable<boolean>;
}
