import { withDeadline } from "../../src/abort.ts";
import type { RunId } from "../../src/ids.ts";
import { logger } from "../../src/platform/logger.ts";
import { scheduledRuns } from "../../src/wiring/scheduled-runs.ts";
import { parseCron } from "../../src/workflow/schedule/cron-times.ts";
import { dueTicks } from "../../src/workflow/schedule/due-ticks.ts";
import { findNextCheck, RECHECK_MS } from "../../src/workflow/schedule/next-look.ts";
import { formatTickKey, deriveRunIdFromKey } from "../../src/workflow/schedule/run-of-tick.ts";
import {
  decideStart,
  type StartDecision,
  type StartOutcome,
} from "../../src/workflow/schedule/start-outcome.ts";
import {
  type ScheduleRow,
  type ScheduleTables,
  scopeOf,
  type StartRow,
} from "./schedule-tables.ts";

export type ScheduleWorkDeps = {
  readonly env: Env;
  readonly tables: ScheduleTables;
  readonly now: () => number;
  readonly random: () => number;
  /** Runs in a transaction that saves the row and sets the alarm; does nothing once the schedule is deleted. */
  readonly change: (apply: (row: ScheduleRow) => void) => void;
  /** The schedule, or null once it is deleted. */
  readonly live: () => ScheduleRow | null;
  readonly sync: () => Promise<void>;
};

/** After this long a round leaves the rest to the next alarm. */
const ROUND_MS = 60_000;
/** Bound on a call to a run's object, so that an object that never answers does not stop the schedule. */
const CALL_MS = 30_000;

/** The work of a schedule that wakes: it makes the starts that are due, then decides about the ticks that are. */
export class ScheduleWork {
  readonly #deps: ScheduleWorkDeps;

  constructor(deps: ScheduleWorkDeps) {
    this.#deps = deps;
  }

  async perform(): Promise<void> {
    const { now, sync } = this.#deps;
    const until = now() + ROUND_MS;
    do {
      await this.#performStarts(until);
      if (!this.#isLookDue()) return;
      if (!(await this.#refreshOpenRuns())) return;
      this.#deps.change((row) => this.#decideTicks(row));
      // The starts are on disk before any call leaves the object, so a crash cannot make a run that nobody knows.
      await sync();
    } while (now() < until);
  }

  /** Makes one attempt at a start. Two at the same time are safe, since the start's run has one id. */
  async attempt(start: StartRow): Promise<StartDecision | null> {
    const row = this.#deps.live();
    if (!row) return null;
    const runId = await deriveRunIdFromKey(start.key);
    const outcome = await this.#start(row, start, runId);
    const decision = decideStart(start, outcome, this.#deps.now(), this.#deps.random);
    this.#deps.change((current) => this.#settle(current, start, runId, decision));
    return decision;
  }

  async #performStarts(until: number): Promise<void> {
    if (!this.#deps.live()) return;
    for (const start of this.#deps.tables.startsDue(this.#deps.now())) {
      if (this.#deps.now() >= until) return;
      await this.attempt(start);
    }
  }

  async #start(row: ScheduleRow, start: StartRow, runId: RunId): Promise<StartOutcome> {
    const { key, tick } = start;
    const input: unknown = JSON.parse(row.input);
    const run = { workflow: row.workflow, input, key, runId, scheduleId: row.id, tick };
    try {
      const started = await inTime(scheduledRuns.start(this.#deps.env, scopeOf(row), run));
      if (started.ok) return { kind: "started" };
      const { code, message } = started.error;
      return { kind: "refused", code, message };
    } catch (error) {
      logger.warn("schedule.start.failed", { scheduleId: row.id, runId }, error);
      return { kind: "failed", message: messageOf(error) };
    }
  }

  #settle(row: ScheduleRow, start: StartRow, runId: RunId, decision: StartDecision): void {
    const { tables, now } = this.#deps;
    const { seq, tick } = start;
    switch (decision.kind) {
      case "open":
        // Another attempt has settled the start, or it was deleted meanwhile.
        if (!tables.openStart(seq, runId)) return;
        if (row.overlap === "allow") tables.keepNewestOpen();
        row.lastAt = tick;
        row.lastRunId = runId;
        row.errorMessage = null;
        row.errorAt = null;
        return;
      case "again":
        if (!tables.postponeStart(seq, decision.due)) return;
        break;
      case "given_up":
        tables.forgetStart(seq);
        if (start.key === formatTickKey(row.id, tick)) row.skipped++;
        else tables.forgetTrigger(runId);
        break;
    }
    const what = decision.kind === "again" ? "is tried again" : "was given up";
    const time = new Date(tick).toISOString();
    row.errorMessage = `The run for ${time} could not be started and ${what}: ${decision.message}`;
    row.errorAt = Math.floor(now() / 1000);
  }

  #isLookDue(): boolean {
    const lookAt = this.#deps.live()?.lookAt ?? null;
    return lookAt !== null && lookAt <= this.#deps.now();
  }

  /** Deletes the runs that have ended, up to one that is open. Returns false when a run could not be asked. */
  async #refreshOpenRuns(): Promise<boolean> {
    const { env, tables } = this.#deps;
    const row = this.#deps.live();
    if (!row) return false;
    if (row.overlap === "allow") return true;
    for (const { seq, runId } of tables.openRuns()) {
      try {
        if (await inTime(scheduledRuns.isOpen(env, scopeOf(row), runId))) return true;
      } catch (error) {
        logger.warn("schedule.run.unknown", { scheduleId: row.id, runId }, error);
        this.#postponeLook(
          `It is not known whether the run ${runId} has ended: ${messageOf(error)}`,
        );
        return false;
      }
      if (!this.#deps.live()) return false;
      tables.forgetStart(seq);
    }
    return true;
  }

  /** Decides about every tick that is due. It awaits nothing, so no other call comes between. */
  #decideTicks(row: ScheduleRow): void {
    const { tables } = this.#deps;
    const now = this.#deps.now();
    if (row.isPaused === 1) return;
    const times = parseCron(row.cron, row.timeZone);
    if (!times.ok) {
      this.#retryLater(row, times.error.message);
      return;
    }
    const state = {
      now,
      nextAt: row.nextAt,
      catchUp: row.catchUp,
      overlap: row.overlap,
      isBusy: tables.isBusy(),
      startingCount: tables.startingCount(),
      queue: tables.waiting(),
    };
    const { start, queue, skipped, nextAt } = dueTicks(state, times.value);
    for (const tick of start) tables.addStart(formatTickKey(row.id, tick), tick, now, now);
    tables.setWaiting(queue);
    row.skipped += skipped;
    row.nextAt = nextAt;
    row.decidedAt = Math.max(row.decidedAt, now);
    row.lookAt = findNextCheck({ now, isPaused: false, nextAt, waiting: queue.length });
  }

  #postponeLook(message: string): void {
    this.#deps.change((row) => this.#retryLater(row, message));
  }

  #retryLater(row: ScheduleRow, message: string): void {
    const now = this.#deps.now();
    if (row.lookAt !== null) row.lookAt = now + RECHECK_MS;
    row.errorMessage = message;
    row.errorAt = Math.floor(now / 1000);
  }
}

/** A call that does not answer in time has failed; its later effect is harmless, since it may be made twice. */
const inTime = <Value>(call: Promise<Value>): Promise<Value> =>
  withDeadline(call, CALL_MS, () => new Error(`No answer within ${CALL_MS / 1000} s`));

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
