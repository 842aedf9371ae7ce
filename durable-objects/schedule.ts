import { DurableObject } from "cloudflare:workers";

import createSchedule from "../migrations/schedule/0001_schedule.sql";
import { toFlag } from "../src/columns.ts";
import type { RunId } from "../src/ids.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import { nextAlarm } from "../src/kernel/rules/next-alarm.ts";
import { writeScheduleSummary } from "../src/platform/databases/schedule-catalog.ts";
import { logger } from "../src/platform/logger.ts";
import { systemClock } from "../src/platform/models/clock.ts";
import { notFound, type Refusal } from "../src/refusal.ts";
import { err, ok, type Result } from "../src/result.ts";
import { nextTimes, parseCron } from "../src/workflow/schedule/cron-times.ts";
import { TICKS_MAX } from "../src/workflow/schedule/due-ticks.ts";
import { nextLook } from "../src/workflow/schedule/next-look.ts";
import { keyOfTrigger, runIdOfKey } from "../src/workflow/schedule/run-of-tick.ts";
import type {
  ScheduleInit,
  ScheduleSettings,
  ScheduleView,
  TriggeredRun,
} from "../src/workflow/schedule/schedule-types.ts";
import {
  newScheduleRow,
  type ScheduleRow,
  ScheduleTables,
  summaryOf,
} from "./schedule/schedule-tables.ts";
import { ScheduleWork } from "./schedule/schedule-work.ts";

const MIGRATIONS = [{ id: "0001_schedule", sql: createSchedule }];

/** The alarm that is set before anything is tried; also how long something that threw is left alone. */
const DEAD_MAN_MS = 30_000;
/** A trigger is tried at once; the alarm takes it over when the object dies meanwhile. */
const TRIGGER_LEASE_MS = 30_000;
const TRIGGER_KEPT_MS = 24 * 60 * 60_000;
const NEXT_TIMES = 5;

/** One schedule: when a workflow is run, and the runs that it starts. Its alarm is its next tick. */
export class ScheduleObject extends DurableObject<Env> {
  readonly #tables = new ScheduleTables(this.ctx.storage.sql);
  readonly #work: ScheduleWork;
  #exists: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#work = new ScheduleWork({
      env,
      tables: this.#tables,
      now: () => systemClock.now(),
      random: () => systemClock.random(),
      change: (apply) => this.#change(apply),
      live: () => this.#live(),
      sync: () => ctx.storage.sync(),
    });
    this.#exists = isMigrated(ctx.storage);
    if (!this.#exists) return;
    migrate(ctx.storage, MIGRATIONS);
    // Whatever stopped the object, and wherever, it wakes for what is due.
    this.#arm();
  }

  override async alarm(): Promise<void> {
    if (!this.#exists) return;
    // Whatever happens below, the platform's own few retries are not what brings the object back.
    void this.ctx.storage.setAlarm(systemClock.now() + DEAD_MAN_MS);
    await this.ctx.storage.sync();
    try {
      await this.#work.perform();
      await this.#writeSummaryIfDue();
    } catch (error) {
      logger.failed("schedule.alarm.failed", error, { scheduleId: this.#id() });
      return;
    }
    if (this.#exists) this.#arm();
  }

  /** Creates the schedule; a repeated call finds it. Nothing is written for one that is refused. */
  async create(init: ScheduleInit): Promise<Result<ScheduleView, Refusal>> {
    if (!this.#exists) {
      const times = parseCron(init.cron, init.timeZone);
      if (!times.ok) return times;
      const now = systemClock.now();
      this.ctx.storage.transactionSync(() => {
        migrate(this.ctx.storage, MIGRATIONS);
        this.#tables.save(newScheduleRow(init, times.value.after(now), now));
        this.#arm();
      });
      this.#exists = true;
      await this.#writeSummaryNow();
    }
    return this.read();
  }

  read(): Result<ScheduleView, Refusal> {
    const row = this.#live();
    if (!row) return err(notFound("schedule", this.#id()));
    const times = parseCron(row.cron, row.timeZone);
    return ok({
      ...summaryOf(row, this.#tables.waiting().length),
      // Only this object writes it.
      input: JSON.parse(row.input),
      nextTimes: times.ok ? nextTimes(times.value, systemClock.now(), NEXT_TIMES) : [],
    });
  }

  /** Other times count from now on; what was missed while paused is caught up, or not, when the pause ends. */
  async update(changes: Partial<ScheduleSettings>): Promise<Result<ScheduleView, Refusal>> {
    const current = this.#live();
    if (!current) return err(notFound("schedule", this.#id()));
    const { cron = current.cron, timeZone = current.timeZone } = changes;
    const times = parseCron(cron, timeZone);
    if (!times.ok) return times;
    this.#change((row) => {
      const now = systemClock.now();
      row.workflow = changes.workflow ?? row.workflow;
      if (changes.input !== undefined) row.input = JSON.stringify(changes.input);
      row.catchUp = changes.catchUp ?? row.catchUp;
      row.overlap = changes.overlap ?? row.overlap;
      row.isPaused = toFlag(changes.isPaused ?? row.isPaused === 1);
      if (changes.metadata) row.metadata = JSON.stringify(changes.metadata);
      if (cron !== row.cron || timeZone !== row.timeZone) {
        // Ticks that were decided about stay so, also when this machine's clock is behind the one that did.
        row.nextAt = times.value.after(Math.max(now, row.decidedAt));
      }
      row.cron = cron;
      row.timeZone = timeZone;
      const waiting = this.#tables.waiting().length;
      const look = nextLook({ now, isPaused: row.isPaused === 1, nextAt: row.nextAt, waiting });
      // What waits may not have to wait any more.
      row.lookAt = look !== null && waiting > 0 ? now : look;
    });
    await this.#writeSummaryNow();
    return this.read();
  }

  /** From here on nothing is started and nothing can be read; the object erases itself once the lists know. */
  async remove(): Promise<Result<null, Refusal>> {
    if (!this.#live()) return err(notFound("schedule", this.#id()));
    this.#change((row) => {
      row.phase = "deleted";
      this.#tables.clear();
    });
    await this.#writeSummaryNow();
    return ok(null);
  }

  /** Starts a run now, whatever is open or paused. Asked again under one key, it is one run. */
  async trigger(key: string): Promise<Result<TriggeredRun, Refusal>> {
    const id = this.#live()?.id;
    const startKey = id && keyOfTrigger(id, key);
    const runId = startKey && (await runIdOfKey(startKey));
    if (!runId || !this.#live()) return err(notFound("schedule", this.#id()));
    const known = this.#tables.findTrigger(key);
    if (known) return ok(known);
    if (this.#tables.startingCount() >= TICKS_MAX) return err(TOO_MANY_STARTS);
    const now = systemClock.now();
    this.#change(() => {
      this.#tables.addTrigger(key, { runId, at: now }, now - TRIGGER_KEPT_MS);
      this.#tables.addStart(startKey, now, now, now + TRIGGER_LEASE_MS);
    });
    await this.ctx.storage.sync();
    const start = this.#tables.findStart(startKey);
    const decision = start && (await this.#work.attempt(start));
    if (decision?.kind !== "given_up") return ok({ runId, at: now });
    return err({ code: decision.code ?? "service_unavailable", message: decision.message });
  }

  /** What the end of a run may tell, so that a tick which waits for it does not wait for the next look. */
  runSettled(runId: RunId): void {
    if (!this.#live()) return;
    this.#change((row) => {
      const isWaitedFor = this.#tables.forgetRun(runId) && this.#tables.waiting().length > 0;
      if (isWaitedFor && row.lookAt !== null) row.lookAt = systemClock.now();
    });
  }

  #change(apply: (row: ScheduleRow) => void): void {
    // The schedule may have been erased while its caller waited for something.
    if (!this.#live()) return;
    this.ctx.storage.transactionSync(() => {
      const row = this.#tables.read();
      apply(row);
      row.version++;
      row.summaryDue ??= systemClock.now();
      this.#tables.save(row);
      this.#arm();
    });
  }

  /** Sets the one alarm to the earliest thing that is to be done. */
  #arm(): void {
    const { phase, lookAt, summaryDue } = this.#tables.read();
    const due = nextAlarm([
      { due: lookAt, claimable: phase === "live" },
      { due: this.#tables.firstStartDue(), claimable: phase === "live" },
      { due: summaryDue, claimable: true },
    ]);
    if (due === null) void this.ctx.storage.deleteAlarm();
    else void this.ctx.storage.setAlarm(due);
  }

  #live(): ScheduleRow | null {
    const row = this.#exists ? this.#tables.read() : null;
    return row?.phase === "live" ? row : null;
  }

  async #writeSummaryIfDue(): Promise<void> {
    const { summaryDue } = this.#exists ? this.#tables.read() : { summaryDue: null };
    if (summaryDue !== null && summaryDue <= systemClock.now()) await this.#writeSummaryNow();
  }

  /** The lists show the change at once; if D1 fails, the alarm writes it later and nothing is lost. */
  async #writeSummaryNow(): Promise<void> {
    const row = this.#tables.read();
    const { projectId, version, phase } = row;
    try {
      await writeScheduleSummary(this.env.CATALOG, {
        projectId,
        version,
        isDeleted: phase === "deleted",
        summary: summaryOf(row, this.#tables.waiting().length),
        asOf: Math.floor(systemClock.now() / 1000),
      });
    } catch (error) {
      logger.warn("schedule.summary.deferred", { scheduleId: row.id }, error);
      this.#deferSummary(systemClock.now() + DEAD_MAN_MS);
      return;
    }
    if (phase === "deleted") await this.#erase();
    else if (this.#exists && this.#tables.read().version === version) this.#deferSummary(null);
  }

  #deferSummary(due: number | null): void {
    if (!this.#exists) return;
    this.ctx.storage.transactionSync(() => {
      this.#tables.save({ ...this.#tables.read(), summaryDue: due });
      this.#arm();
    });
  }

  async #erase(): Promise<void> {
    if (!this.#exists) return;
    this.#exists = false;
    void this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** As callers name it, also when there is no such schedule. */
  #id(): string {
    return this.ctx.id.name?.split(":").at(-1) ?? "";
  }
}

const TOO_MANY_STARTS: Refusal = {
  code: "service_unavailable",
  message: "Too many runs of this schedule are waiting to be started. Try again in a minute.",
};
