import type { NeedCounts } from "../rules/run/decide-step.ts";
import type { StepPhase } from "../rules/step/step-state.ts";
import type { HeldRows } from "./held-rows.ts";
import { readRecord, type StepRecord, type StepRow, STORED_STEP } from "./step-row.ts";

/** A stored output: its length in bytes, and its JSON, or null if it is longer than the limit that the reader set. */
export type KeptOutput = { readonly json: string | null; readonly bytes: number };

const COLUMNS = STORED_STEP.select();
const FIND = `SELECT ${COLUMNS} FROM kernel_step WHERE run_id = ? AND step = ?`;
const LIST = `SELECT ${COLUMNS} FROM kernel_step WHERE run_id = ? ORDER BY step`;
const LIST_NAMED = `SELECT ${COLUMNS} FROM kernel_step
  WHERE run_id = ?1 AND step IN (SELECT value FROM json_each(?2))`;
const LIST_LAST_FIRST = `SELECT ${COLUMNS} FROM kernel_step s
  WHERE run_id = ?1 AND phase IN ('completed', 'failed', 'cancelled') AND step NOT LIKE '%~undo'
    AND NOT EXISTS (SELECT 1 FROM kernel_step u WHERE u.run_id = ?1 AND u.step = s.step || '~undo')
  ORDER BY seq DESC, step DESC`;
const COUNT_NEEDS = `SELECT coalesce(s.phase, 'pending') AS phase, s.message AS reason, count(*) AS count
  FROM json_each(?2) n LEFT JOIN kernel_step s ON s.run_id = ?1 AND s.step = n.value
  GROUP BY 1, CASE s.phase WHEN 'skipped' THEN s.message END`;
const LIST_ITEM_OUTPUTS = `SELECT output FROM kernel_step
  WHERE run_id = ?1 AND step IN (SELECT ?2 || '[' || value || ']' FROM json_each(?3))
  ORDER BY CAST(substr(step, length(?2) + 2) AS INTEGER)`;
const LIST_OUTPUTS = `SELECT step, octet_length(output) AS bytes,
    CASE WHEN octet_length(output) <= ?2 THEN output END AS json
  FROM kernel_step WHERE run_id = ?1 AND output IS NOT NULL`;
const SUM_OUTPUTS = `SELECT coalesce(sum(octet_length(output)), 0) AS bytes FROM kernel_step
  WHERE run_id = ?1 AND step IN (SELECT value FROM json_each(?2))`;
const HAS_LIVE = `SELECT 1 FROM kernel_step
  WHERE run_id = ? AND phase IN ('ready', 'claimed', 'waiting', 'held') LIMIT 1`;
/** The names of a step's items continue with a bracket; a backslash is the character after that. */
const HAS_LIVE_ITEM = `SELECT 1 FROM kernel_step WHERE run_id = ?1 AND step > ?2 || '[' AND step < ?2 || '\\'
    AND phase IN ('ready', 'claimed', 'waiting', 'held') AND step NOT LIKE '%~undo' LIMIT 1`;
const LAST_OPEN_NEED = `SELECT n.value AS step FROM json_each(?2) n
  LEFT JOIN kernel_step s ON s.run_id = ?1 AND s.step = n.value
  WHERE coalesce(s.phase, 'pending') NOT IN ('completed', 'failed', 'skipped', 'cancelled')
  ORDER BY n.key DESC LIMIT 1`;
const GET_PHASE = "SELECT phase FROM kernel_step WHERE run_id = ? AND step = ?";
/** The range holds every name that begins with the step's, since a name has no character after `~`. */
const ERASE_NAMED = `DELETE FROM kernel_step
  WHERE run_id = ?1 AND step >= ?2 AND step < ?2 || char(127) AND (step = ?2 OR step GLOB ?3)`;

/**
 * SQL that lists the ready steps of a queue that are due, the earliest due first. Parameters: the queue, the time now
 * in milliseconds since the epoch, and the maximum number of rows.
 */
export const LIST_READY = `SELECT ${COLUMNS} FROM kernel_step
  WHERE queue = ? AND phase = 'ready' AND due IS NOT NULL AND due <= ? ORDER BY due LIMIT ?`;
/**
 * SQL that lists the steps of a queue whose lease, wait or pause is over. Parameters: the queue, the time now in
 * milliseconds since the epoch, and the maximum number of rows.
 */
export const LIST_OVER = `SELECT ${COLUMNS} FROM kernel_step
  WHERE queue = ? AND phase IN ('claimed', 'held', 'waiting') AND due IS NOT NULL AND due <= ? LIMIT ?`;
/** SQL that lists the claimed steps of a queue. Parameters: the queue, and the maximum number of rows. */
export const LIST_CLAIMED = `SELECT ${COLUMNS} FROM kernel_step
  WHERE queue = ? AND phase = 'claimed' AND due IS NOT NULL LIMIT ?`;
/**
 * SQL that lists the steps of all queues that were not claimed within their queue timeout, the longest overdue first.
 * Parameters: the time now in milliseconds since the epoch, and the maximum number of rows.
 */
export const LIST_QUEUED_TOO_LONG = `SELECT ${COLUMNS} FROM kernel_step
  WHERE queue_by IS NOT NULL AND queue_by <= ? ORDER BY queue_by LIMIT ?`;
/**
 * SQL that reads a `QueueAgenda` of every queue with live steps. It finds each queue with one index lookup, and the
 * first due row of each phase with one more; a `min()` over several phases would read all rows of these phases.
 */
export const AGENDA = `WITH RECURSIVE live (queue) AS (
    SELECT * FROM (SELECT queue FROM kernel_step WHERE due IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL SELECT (
      SELECT n.queue FROM kernel_step n
      WHERE n.due IS NOT NULL AND n.queue > live.queue ORDER BY n.queue LIMIT 1)
    FROM live WHERE live.queue IS NOT NULL)
  SELECT queue, ${selectFirstDue("ready")} AS ready, ${selectFirstDue("claimed")} AS claimed, ${selectFirstDue("held")} AS held,
    ${selectFirstDue("waiting")} AS waiting,
    (SELECT queue_by FROM kernel_step WHERE queue_by IS NOT NULL ORDER BY queue_by LIMIT 1) AS queueBy
  FROM live WHERE queue IS NOT NULL`;
/** SQL that lists the runs that go on and have no row of a step yet. It reads the rows of all runs. */
const LIST_UNBEGUN = `SELECT r.id FROM kernel_run r WHERE r.status IN ('running', 'paused')
  AND NOT EXISTS (SELECT 1 FROM kernel_step s WHERE s.run_id = r.id)`;
/** SQL that counts the claimed steps of a queue. Parameter: queue. */
export const COUNT_CLAIMED = `SELECT count(*) AS claimed FROM kernel_step
  WHERE queue = ? AND phase = 'claimed' AND due IS NOT NULL`;

function selectFirstDue(phase: StepPhase): string {
  return `(SELECT s.due FROM kernel_step s
    WHERE s.queue = live.queue AND s.phase = '${phase}' AND s.due IS NOT NULL ORDER BY s.due LIMIT 1)`;
}

/**
 * The next times at which a queue of steps needs work, one for each kind of work, in milliseconds since the epoch; null
 * if the queue needs none of that kind. A queue may be of a handler that this build does not have.
 */
export type QueueAgenda = {
  readonly queue: string;
  readonly ready: number | null;
  /** The time at which the next lease, wait or pause ends. */
  readonly over: number | null;
  /** The earliest end of a queue timeout among the steps of all queues, not only of this one. */
  readonly queueBy: number | null;
  readonly hasClaimed: boolean;
};

/** Reads and writes the table of steps. It makes no decisions. */
export class StepRows {
  readonly #sql: SqlStorage;
  readonly #held: HeldRows;

  constructor(sql: SqlStorage, held: HeldRows) {
    this.#sql = sql;
    this.#held = held;
  }

  /**
   * Finds the row of a step, an item or an undo by the row's name; undefined if there is none, as for most pending
   * steps.
   */
  find(runId: string, step: string): StepRecord | undefined {
    const held = this.#held.findStep(runId, step);
    return held ?? this.#sql.exec<StepRow>(FIND, runId, step).toArray().map(readRecord)[0];
  }

  /** Lists all rows of a run: its steps, items and undos. */
  all(runId: string): StepRecord[] {
    return this.#list(LIST, runId);
  }

  /** Lists the rows of some steps of a run. Steps without a row are left out. */
  named(runId: string, steps: readonly string[]): StepRecord[] {
    return steps.length === 0 ? [] : this.#list(LIST_NAMED, runId, JSON.stringify(steps));
  }

  /**
   * Yields the steps that have ended and are not undone, the last to end first. Rows are read one by one, since callers
   * may stop early.
   */
  *lastFirst(runId: string): Generator<StepRecord> {
    for (const row of this.#query<StepRow>(LIST_LAST_FIRST, runId)) yield readRecord(row);
  }

  /**
   * Inserts or replaces the row of a step. `queue` is the name of the queue in which a live step waits, as
   * `formatQueue` makes it.
   */
  save(record: StepRecord, queue: string): void {
    this.#held.saveStep(record, queue);
  }

  /** Counts a step's `needs` (the names of the steps that it needs) by their states. */
  countNeeds(runId: string, needs: readonly string[]): NeedCounts {
    const counts = { open: 0, completed: 0, skipped: 0, failed: 0 };
    type Count = { phase: StepPhase; reason: string | null; count: number };
    for (const { phase, reason, count } of this.#query<Count>(
      COUNT_NEEDS,
      runId,
      JSON.stringify(needs),
    )) {
      if (phase === "completed") counts.completed += count;
      else if (phase === "failed" || phase === "cancelled") counts.failed += count;
      else if (phase === "skipped" && reason === "upstream_failed") counts.failed += count;
      else if (phase === "skipped") counts.skipped += count;
      else counts.open += count;
    }
    return counts;
  }

  /** Finds the last entry of the list `needs` whose step has not ended; null if all have. */
  lastOpenNeed(runId: string, needs: readonly string[]): string | null {
    const found = this.#query<{ step: string }>(LAST_OPEN_NEED, runId, JSON.stringify(needs));
    return found.toArray()[0]?.step ?? null;
  }

  /** Reads a step's phase; `pending` if the step has no row. */
  phase(runId: string, step: string): StepPhase {
    const held = this.#held.findStep(runId, step);
    if (held) return held.state.phase;
    const found = this.#sql.exec<{ phase: StepPhase }>(GET_PHASE, runId, step);
    return found.toArray()[0]?.phase ?? "pending";
  }

  /** Tests whether any item of a step with `map` has begun and not ended. Undo work does not count. */
  hasLiveItem(runId: string, step: string): boolean {
    return this.#query(HAS_LIVE_ITEM, runId, step).toArray().length > 0;
  }

  /**
   * Joins the outputs of all `total` items of a step with `map` into one JSON list, in the order of the items. An item
   * without output has null in the list.
   */
  itemOutputs(runId: string, step: string, total: number): string {
    const indexes = JSON.stringify(Array.from({ length: total }, (_none, index) => index));
    const rows = this.#query<{ output: string | null }>(LIST_ITEM_OUTPUTS, runId, step, indexes);
    return `[${rows
      .toArray()
      .map(({ output }) => output ?? "null")
      .join(",")}]`;
  }

  /** Sums the lengths of the outputs of some steps, in bytes. */
  outputBytes(runId: string, steps: readonly string[]): number {
    const names = JSON.stringify(steps);
    return this.#query<{ bytes: number }>(SUM_OUTPUTS, runId, names).one().bytes;
  }

  /**
   * Lists the outputs of a run's steps, items and undos, by row name. `json` is null for an output of more than
   * `bytesMax` bytes.
   */
  outputs(runId: string, bytesMax: number): (KeptOutput & { step: string })[] {
    return this.#query<KeptOutput & { step: string }>(LIST_OUTPUTS, runId, bytesMax).toArray();
  }

  /** Tests whether any row of a run has begun and not ended. */
  hasLive(runId: string): boolean {
    return this.#query(HAS_LIVE, runId).toArray().length > 0;
  }

  /** Erases the rows of a step, its items and their undos. */
  erase(runId: string, step: string): void {
    this.#query(ERASE_NAMED, runId, step, `${step}[[~]*`);
  }

  /**
   * Lists at most `limit` ready steps of a queue that are due at `now` (milliseconds since the epoch), earliest first.
   */
  ready(queue: string, now: number, limit: number): StepRecord[] {
    return limit <= 0 ? [] : this.#list(LIST_READY, queue, now, limit);
  }

  /**
   * Lists at most `limit` steps of a queue whose lease, wait or pause is over at `now` (milliseconds since the epoch).
   */
  over(queue: string, now: number, limit: number): StepRecord[] {
    return this.#list(LIST_OVER, queue, now, limit);
  }

  /** Lists steps of a queue that are claimed under a lease, up to `limit`, in no order. */
  claimed(queue: string, limit: number): StepRecord[] {
    return this.#list(LIST_CLAIMED, queue, limit);
  }

  /**
   * Lists at most `limit` steps of all queues that at `now` (milliseconds since the epoch) have waited for their first
   * attempt longer than their queue timeout.
   */
  queuedTooLong(now: number, limit: number): StepRecord[] {
    return this.#list(LIST_QUEUED_TOO_LONG, now, limit);
  }

  /** Lists the agendas of all queues with live steps, those of interactive queues first. */
  agenda(): QueueAgenda[] {
    type Dues = { claimed: number | null; held: number | null; waiting: number | null };
    type Row = Dues & { queue: string; ready: number | null; queueBy: number | null };
    return Array.from(this.#query<Row>(AGENDA), ({ queue, ready, queueBy, ...timed }) => {
      const over = Math.min(...Object.values(timed).map((due) => due ?? Infinity));
      const hasClaimed = timed.claimed !== null;
      return { queue, ready, queueBy, over: over === Infinity ? null : over, hasClaimed };
    });
  }

  /** Lists the runs that go on and have no row of a step yet. */
  unbegun(): string[] {
    return Array.from(this.#query<{ id: string }>(LIST_UNBEGUN), ({ id }) => id);
  }

  /** Counts the steps of a queue that are claimed under a lease. */
  countClaimed(queue: string): number {
    return this.#query<{ claimed: number }>(COUNT_CLAIMED, queue).one().claimed;
  }

  #list(query: string, ...bindings: SqlStorageValue[]): StepRecord[] {
    return this.#query<StepRow>(query, ...bindings)
      .toArray()
      .map(readRecord);
  }

  /** Runs a statement on the stored rows, after the rows that are held back are written. */
  #query<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): SqlStorageCursor<Row> {
    this.#held.flush();
    return this.#sql.exec<Row>(query, ...bindings);
  }
}
