import { withDeadline } from "../../src/abort.ts";
import type { RunId } from "../../src/ids.ts";
import { logger } from "../../src/platform/logger.ts";
import { PublicError, publicMessage } from "../../src/public-error.ts";
import { scheduledRuns } from "../../src/wiring/scheduled-runs.ts";
import { parseCron } from "../../src/workflow/schedule/cron-times.ts";
import { dueTicks } from "../../src/workflow/schedule/due-ticks.ts";
import { findNextCheck, RECHECK_MS } from "../../src/workflow/schedule/next-look.ts";
import { formatTickKey, deriveRunIdFromKey } from "../../src/workflow/schedule/run-of-tick.ts";
import {
  decideStart,
  hasStruckOut,
  struckOut,
  type StartDecision,
  type StartOutcome,
} from "../../src/workflow/schedule/start-outcome.ts";
import type { DeadLetterOutbox } from "../dead-letters/dead-letter-outbox.ts";
import { describeStartDeath } from "./describe-start-death.ts";
import {
  type ScheduleRow,
  type ScheduleTables,
  readScheduleScope,
  type StartRow,
} from "./schedule-tables.ts";

/** The parts of a schedule object that `ScheduleWork` uses. */
export type ScheduleWorkDeps = {
  readonly env: Env;
  readonly tables: ScheduleTables;
  readonly now: () => number;
  readonly random: () => number;
  /**
   * Runs `apply` in a transaction that saves the schedule's row and sets the alarm. Does nothing once the schedule is
   * deleted.
   */
  readonly change: (apply: (row: ScheduleRow) => void) => void;
  /** Reads the schedule's row; null once the schedule is deleted. */
  readonly live: () => ScheduleRow | null;
  readonly sync: () => Promise<void>;
  /** The dead letters of times whose runs could not be started. */
  readonly letters: Pick<DeadLetterOutbox, "addDeath" | "addEnd">;
};

/** A round leaves work after this time to the next alarm. */
const ROUND_MS = 60_000;
/** Limit of a call to a run's object, so that an object that never answers does not stop the schedule. */
const CALL_MS = 30_000;

/**
 * Does the work of a schedule's alarm: starts the planned runs, then decides for each due tick (scheduled time) whether
 * its run is planned, queued or skipped.
 */
export class ScheduleWork {
  readonly #deps: ScheduleWorkDeps;

  constructor(deps: ScheduleWorkDeps) {
    this.#deps = deps;
  }

  /**
   * Starts planned runs and decides about due ticks until nothing is due, or the maximum time of one alarm has passed.
   */
  async perform(): Promise<void> {
    const { now } = this.#deps;
    const until = now() + ROUND_MS;
    do {
      await this.#performStarts(until);
      if (!this.#isLookDue()) return;
      if (!(await this.#refreshOpenRuns())) return;
      this.#deps.change((row) => this.#decideTicks(row));
    } while (now() < until);
  }

  /**
   * Makes one attempt to start a planned run. Returns the decision after it: the run is open, or the start is retried
   * later, or it is given up. Null if the schedule was deleted. Concurrent attempts are safe, since the id of the run
   * is fixed.
   */
  async attempt(start: StartRow): Promise<StartDecision | null> {
    const { tables, now, random, sync } = this.#deps;
    const runId = await deriveRunIdFromKey(start.key);
    if (!this.#deps.live()) return null;
    tables.strike(start.seq);
    // The start and the count of its attempts are on disk before a call leaves the object. Otherwise a crash could
    // leave a run that no row knows, and a start that kills the process would be repeated for ever.
    await sync();
    const row = this.#deps.live();
    if (!row) return null;
    const outcome = hasStruckOut(start) ? struckOut(start) : await this.#start(row, start, runId);
    const decision = decideStart(start, outcome, now(), random);
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
    const { tick } = start;
    const input: unknown = JSON.parse(row.input);
    const run = { workflow: row.workflow, input, runId, scheduleId: row.id, tick };
    try {
      const started = await inTime(
        scheduledRuns.start(this.#deps.env, readScheduleScope(row), run),
      );
      if (started.ok) return { kind: "started" };
      const { code, message } = started.error;
      return { kind: "refused", code, message };
    } catch (error) {
      logger.warn("schedule.start.failed", { scheduleId: row.id, runId }, error);
      return { kind: "failed", message: publicMessage(error) };
    }
  }

  #settle(row: ScheduleRow, start: StartRow, runId: RunId, decision: StartDecision): void {
    const { tables, now } = this.#deps;
    const { seq, tick } = start;
    switch (decision.kind) {
      case "open":
        // Another attempt has settled the start, or the start was deleted.
        if (!tables.openStart(seq, runId)) return;
        this.#deps.letters.addEnd(start.key, "completed");
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
        if (start.key === formatTickKey(row.id, tick)) {
          row.skipped++;
          this.#deps.letters.addDeath(start.key, describeStartDeath(row, start, decision, now()));
        } else tables.forgetTrigger(runId);
        break;
    }
    const outcome = decision.kind === "again" ? "will be retried" : "is not retried";
    const time = new Date(tick).toISOString();
    row.errorMessage = `The run for ${time} could not be started and ${outcome}: ${decision.message}`;
    row.errorAt = Math.floor(now() / 1000);
  }

  #isLookDue(): boolean {
    const lookAt = this.#deps.live()?.lookAt ?? null;
    return lookAt !== null && lookAt <= this.#deps.now();
  }

  /** Forgets runs that have ended, up to the first open one. Returns false if a run could not be reached. */
  async #refreshOpenRuns(): Promise<boolean> {
    const { env, tables } = this.#deps;
    const row = this.#deps.live();
    if (!row) return false;
    if (row.overlap === "allow") return true;
    for (const { seq, runId } of tables.openRuns()) {
      try {
        if (await inTime(scheduledRuns.isOpen(env, readScheduleScope(row), runId))) return true;
      } catch (error) {
        logger.warn("schedule.run.unknown", { scheduleId: row.id, runId }, error);
        this.#postponeLook(
          `The status of the run ${runId} could not be read: ${publicMessage(error)}`,
        );
        return false;
      }
      if (!this.#deps.live()) return false;
      tables.forgetStart(seq);
    }
    return true;
  }

  /** Decides about every due tick. Synchronous, so that no other call interferes. */
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

/** Rejects a call that takes too long. A late effect is harmless, since every call may be repeated. */
const inTime = <Value>(call: Promise<Value>): Promise<Value> =>
  withDeadline(call, CALL_MS, () => {
    throw new PublicError(`No answer within ${CALL_MS / 1000} s`);
  });
