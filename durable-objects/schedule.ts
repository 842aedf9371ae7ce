import { DurableObject } from "cloudflare:workers";

import type { RunId } from "../src/ids.ts";
import { armBeforeWork } from "../src/kernel/engine/dead-mans-alarm.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import { nextAlarm } from "../src/kernel/rules/next-alarm.ts";
import { logger } from "../src/platform/logger.ts";
import { systemClock } from "../src/platform/models/clock.ts";
import { notFound, type Refusal } from "../src/refusal.ts";
import { type Created, KEY_SPENT, type KeyClaim } from "../src/request-key.ts";
import { err, ok, type Result } from "../src/result.ts";
import { requestEnv } from "../src/wiring/bounded-env.ts";
import { parseCron } from "../src/workflow/schedule/cron-times.ts";
import type { ScheduleClient } from "../src/workflow/schedule/schedule-client.ts";
import type {
  AskedRun,
  ScheduleInit,
  ScheduleSettings,
  ScheduleView,
} from "../src/workflow/schedule/schedule-types.ts";
import { DeadLetterOutbox } from "./dead-letters/dead-letter-outbox.ts";
import { RequestKeys } from "./request-keys.ts";
import { type AskedRunParts, redriveTick, triggerRun } from "./schedule/asked-runs.ts";
import { changeSettings } from "./schedule/change-settings.ts";
import { SCHEDULE_MIGRATIONS } from "./schedule/migrations.ts";
import { viewSchedule, writeSummary } from "./schedule/schedule-summary.ts";
import { newScheduleRow, type ScheduleRow, ScheduleTables } from "./schedule/schedule-tables.ts";
import { ScheduleWork } from "./schedule/schedule-work.ts";
import { shareOf, ticksOfIsolate } from "./schedule/tick-window.ts";
import { type Summary, SummaryOutbox } from "./summary-outbox.ts";

/** Delay of the alarm that repeats work after a failure of the alarm handler, or of a write that a client waits for. */
const DEAD_MAN_MS = 30_000;

const now = () => systemClock.now();

/** The Durable Object class of a schedule: the times at which a workflow runs (ticks), and the runs that it starts. */
export class ScheduleObject extends DurableObject<Env> implements ScheduleClient {
  readonly #tables = new ScheduleTables(this.ctx.storage.sql);
  readonly #keys = new RequestKeys(this.ctx.storage.kv);
  readonly #work: ScheduleWork;
  readonly #asked: AskedRunParts;
  readonly #summary = new SummaryOutbox({
    read: () => this.#readSummary(),
    setDue: (due) => this.#setSummaryDue(due),
    now,
    logDeferred: (error) =>
      logger.warn("schedule.summary.deferred", { scheduleId: this.#id() }, error),
  });
  readonly #letters = new DeadLetterOutbox(this.ctx.storage.sql, {
    catalog: this.env.CATALOG,
    change: (change) =>
      this.ctx.storage.transactionSync(() => {
        change();
        this.#arm();
      }),
    now,
  });
  #exists: boolean;

  constructor(ctx: DurableObjectState, bindings: Env) {
    const env = requestEnv(bindings);
    super(ctx, env);
    const change = (apply: (row: ScheduleRow) => void) => this.#change(apply, now());
    this.#work = new ScheduleWork({
      env,
      tables: this.#tables,
      now,
      random: () => systemClock.random(),
      change,
      live: () => this.#live(),
      sync: () => ctx.storage.sync(),
      letters: this.#letters,
    });
    this.#asked = { tables: this.#tables, work: this.#work, change, now };
    this.#exists = isMigrated(ctx.storage);
    if (!this.#exists) return;
    migrate(ctx.storage, SCHEDULE_MIGRATIONS);
    // Wakes the object for due work, whenever an earlier isolate was stopped.
    this.#arm();
  }

  /** Starts due runs. The platform calls it at the time of the alarm. */
  override async alarm(): Promise<void> {
    if (!this.#exists) return;
    await armBeforeWork(this.ctx.storage, now() + DEAD_MAN_MS);
    try {
      await ticksOfIsolate.run(() => this.#work.perform());
      await this.#letters.writeDue();
      await this.#summary.writeIfDue();
    } catch (error) {
      logger.failed("schedule.alarm.failed", error, { scheduleId: this.#id() });
      return;
    }
    if (this.#exists && this.#isOver()) await this.#erase();
    else if (this.#exists) this.#arm();
  }

  /** Creates the schedule; a repeated call returns the existing one. If the settings are refused, writes nothing. */
  async create(
    init: ScheduleInit,
    claim: KeyClaim | null = null,
  ): Promise<Result<ScheduleView, Refusal>> {
    if (!this.#exists) {
      const times = parseCron(init.cron, init.timeZone);
      if (!times.ok) return times;
      const createdAt = now();
      this.ctx.storage.transactionSync(() => {
        migrate(this.ctx.storage, SCHEDULE_MIGRATIONS);
        const row = newScheduleRow(init, times.value.after(createdAt), createdAt);
        this.#tables.save({ ...row, summaryDue: createdAt + DEAD_MAN_MS });
        if (claim) this.#keys.keep(claim, [init.id], createdAt);
        this.#arm();
      });
      this.#exists = true;
      await this.#summary.writeNow();
    }
    return this.read();
  }

  /** Creates the schedule for a request with an idempotency key, or returns the one that the key has created. */
  async createOnce(
    init: ScheduleInit,
    claim: KeyClaim,
  ): Promise<Result<Created<ScheduleView>, Refusal>> {
    const made = this.#keys.admit(claim, now());
    if (!made.ok) return made;
    if (made.value && !this.#live()) return err(KEY_SPENT);
    const schedule = await this.create(init, claim);
    return schedule.ok ? ok({ value: schedule.value, isReplayed: made.value !== null }) : schedule;
  }

  /** Finds the ids of what was created with an idempotency key, also if it was deleted since; null if nothing was. */
  madeWith(claim: KeyClaim): Result<readonly string[] | null, Refusal> {
    return this.#keys.find(claim, now());
  }

  /** Reads the schedule with its next ticks (times of its cron expression). */
  read(): Result<ScheduleView, Refusal> {
    const row = this.#live();
    const view = row && viewSchedule(row, this.#tables.waiting().length, now());
    return view ? ok(view) : err(notFound("schedule", this.#id()));
  }

  /**
   * Changes settings. A changed cron expression or time zone applies to ticks from now on. When a pause ends, missed
   * ticks are handled as `catchUp` says.
   */
  async update(changes: Partial<ScheduleSettings>): Promise<Result<ScheduleView, Refusal>> {
    const current = this.#live();
    if (!current) return err(notFound("schedule", this.#id()));
    const { cron = current.cron, timeZone = current.timeZone } = changes;
    const times = parseCron(cron, timeZone);
    if (!times.ok) return times;
    await this.#changeAndList((row) => {
      const waiting = this.#tables.waiting().length;
      changeSettings(row, changes, { times: times.value, waiting, now: now() });
    });
    return this.read();
  }

  /** Deletes the schedule. The object erases itself once D1 has removed the schedule from lists. */
  async remove(): Promise<Result<null, Refusal>> {
    if (!this.#live()) return err(notFound("schedule", this.#id()));
    await this.#changeAndList((row) => {
      row.phase = "deleted";
      this.#tables.clear();
    });
    return ok(null);
  }

  /**
   * Starts a run now, even if other runs are open or the schedule is paused. All calls with the same key start one run.
   */
  async trigger(key: string): Promise<Result<AskedRun, Refusal>> {
    const isLive = () => this.#live() !== null;
    const id = this.#live()?.id;
    const asked = id && (await triggerRun(this.#asked, { id, key, isLive }));
    return asked ?? err(notFound("schedule", this.#id()));
  }

  /** Starts the run of a scheduled time again, for its dead letter. Refuses while the run is being started or open. */
  redrive(tick: number): Result<null, Refusal> {
    const live = this.#live();
    return live ? redriveTick(this.#asked, live.id, tick) : err(notFound("schedule", this.#id()));
  }

  /**
   * Called when a run of this schedule has ended, so that a run that waits for this end starts at once and not at the
   * next check.
   */
  runSettled(runId: RunId): void {
    if (!this.#live()) return;
    const settledAt = now();
    this.#change((row) => {
      const isWaitedFor = this.#tables.forgetRun(runId) && this.#tables.waiting().length > 0;
      if (isWaitedFor && row.lookAt !== null) row.lookAt = settledAt;
    }, settledAt);
  }

  /**
   * Restores a lost alarm and has the summary written, which says when the sweep calls next. Returns false if the
   * schedule does not exist.
   */
  poke(): boolean {
    this.#change(() => {}, now());
    return this.#live() !== null;
  }

  /** Runs a change and writes the summary to D1. The alarm writes the summary if the object dies or D1 fails. */
  async #changeAndList(apply: (row: ScheduleRow) => void): Promise<void> {
    this.#change(apply, now() + DEAD_MAN_MS);
    await this.#summary.writeNow();
  }

  #change(apply: (row: ScheduleRow) => void, summaryDue: number): void {
    // The schedule may have been deleted during an await of the caller.
    if (!this.#live()) return;
    this.ctx.storage.transactionSync(() => {
      const row = this.#tables.read();
      apply(row);
      row.version++;
      row.summaryDue ??= summaryDue;
      this.#tables.save(row);
      this.#arm();
    });
  }

  /** Sets the one alarm to the earliest work that is due. */
  #arm(): void {
    const { phase, lookAt, summaryDue } = this.#tables.read();
    const jitterMs = ticksOfIsolate.jitterMs(shareOf(this.#id()));
    const due = nextAlarm([
      { due: lookAt === null ? null : lookAt + jitterMs, claimable: phase === "live" },
      { due: this.#tables.firstStartDue(), claimable: phase === "live" },
      { due: summaryDue, claimable: true },
      { due: this.#letters.due(), claimable: true },
      { due: phase === "deleted" ? this.#keys.lastEnd(now()) : null, claimable: true },
    ]);
    if (due === null) void this.ctx.storage.deleteAlarm();
    else void this.ctx.storage.setAlarm(due);
  }

  /** Tests whether the schedule is deleted, also from lists, and its idempotency key has ended. */
  #isOver(): boolean {
    const row = this.#tables.read();
    return row.summaryDue === null && this.#isGone(row);
  }

  #isGone({ phase }: ScheduleRow): boolean {
    return phase === "deleted" && this.#keys.lastEnd(now()) === null;
  }

  #live(): ScheduleRow | null {
    const row = this.#exists ? this.#tables.read() : null;
    return row?.phase === "live" ? row : null;
  }

  #readSummary(): Summary | null {
    if (!this.#exists) return null;
    const row = this.#tables.read();
    const write = async () => {
      await writeSummary(this.env.CATALOG, this.#tables, row, now());
      if (this.#isGone(row)) await this.#erase();
    };
    return { version: row.version, due: row.summaryDue, write };
  }

  #setSummaryDue(due: number | null): void {
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

  /** Reads the id that callers use, also of a schedule that does not exist. */
  #id(): string {
    return this.ctx.id.name?.split(":").at(-1) ?? "";
  }
}
