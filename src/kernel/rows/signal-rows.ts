import { withBound, columns, integer, json, nullable, type RowOf, text } from "../../columns.ts";
import type { SignalBody } from "../rules/run/signal.ts";
import { OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";

/** The columns of the table of signals that runs have received. */
export const SIGNAL_ROW = columns("kernel_signal", {
  runId: text(),
  id: text(),
  name: text(),
  body: withBound(json<SignalBody>(), OUTPUT_BYTES_MAX),
  /** The step that the signal settled; null while the signal waits for one. */
  step: nullable(text()),
  at: integer(),
});
const STORED = SIGNAL_ROW.omit("runId");
/** A row of the table of signals, without the id of its run. */
export type StoredSignal = Readonly<RowOf<typeof STORED>>;

const FIND = `SELECT ${STORED.select()} FROM kernel_signal WHERE run_id = ? AND id = ?`;
const ADD = `INSERT INTO kernel_signal (${SIGNAL_ROW.names}) VALUES (${SIGNAL_ROW.marks})`;
const LIST_KEPT = `SELECT ${STORED.select()} FROM kernel_signal
  WHERE run_id = ? AND name = ? AND step IS NULL ORDER BY at, id`;
const CONSUME = "UPDATE kernel_signal SET step = ? WHERE run_id = ? AND id = ?";
const COUNT = "SELECT count(*) AS count FROM kernel_signal WHERE run_id = ?";
const ERASE = "DELETE FROM kernel_signal WHERE run_id = ?";

/** Reads and writes the table of signals that runs have received. */
export class SignalRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Finds a signal that a run has received by its id; undefined when there is none. */
  find(runId: string, id: string): StoredSignal | undefined {
    return this.#sql.exec<StoredSignal>(FIND, runId, id).toArray()[0];
  }

  /** Stores a signal. */
  add(runId: string, signal: StoredSignal): void {
    this.#sql.exec(ADD, ...SIGNAL_ROW.bind({ runId, ...signal }));
  }

  /** Lists the signals with a name that wait for a step, oldest first. */
  kept(runId: string, name: string): StoredSignal[] {
    return this.#sql.exec<StoredSignal>(LIST_KEPT, runId, name).toArray();
  }

  /** Records that a step has consumed a signal, so that no other step gets it. */
  consume(runId: string, id: string, step: string): void {
    this.#sql.exec(CONSUME, step, runId, id);
  }

  /** Counts the signals that a run has received. */
  count(runId: string): number {
    return this.#sql.exec<{ count: number }>(COUNT, runId).one().count;
  }

  /** Deletes all signals of a run. */
  erase(runId: string): void {
    this.#sql.exec(ERASE, runId);
  }
}
