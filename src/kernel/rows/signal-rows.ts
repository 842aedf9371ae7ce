export type StoredSignal = {
  readonly id: string;
  readonly name: string;
  /** JSON of payload, actor, reason and the event that the sender had seen. */
  readonly body: string;
  readonly step: string | null;
  readonly at: number;
};

const FIND = "SELECT id, name, body, step, at FROM kernel_signal WHERE run_id = ? AND id = ?";
const ADD =
  "INSERT INTO kernel_signal (run_id, id, name, body, step, at) VALUES (?, ?, ?, ?, ?, ?)";
const LIST_KEPT = `SELECT id, name, body, step, at FROM kernel_signal
  WHERE run_id = ? AND name = ? AND step IS NULL ORDER BY at, id`;
const CONSUME = "UPDATE kernel_signal SET step = ? WHERE run_id = ? AND id = ?";
const COUNT = "SELECT count(*) AS count FROM kernel_signal WHERE run_id = ?";
const ERASE = "DELETE FROM kernel_signal WHERE run_id = ?";

/** Rows of signals that runs were sent. */
export class SignalRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(runId: string, id: string): StoredSignal | undefined {
    return this.#sql.exec<StoredSignal>(FIND, runId, id).toArray()[0];
  }

  add(runId: string, { id, name, body, step, at }: StoredSignal): void {
    this.#sql.exec(ADD, runId, id, name, body, step, at);
  }

  /** Those of a name that nothing has waited for yet, the oldest first. */
  kept(runId: string, name: string): StoredSignal[] {
    return this.#sql.exec<StoredSignal>(LIST_KEPT, runId, name).toArray();
  }

  consume(runId: string, id: string, step: string): void {
    this.#sql.exec(CONSUME, step, runId, id);
  }

  count(runId: string): number {
    return this.#sql.exec<{ count: number }>(COUNT, runId).one().count;
  }

  erase(runId: string): void {
    this.#sql.exec(ERASE, runId);
  }
}
