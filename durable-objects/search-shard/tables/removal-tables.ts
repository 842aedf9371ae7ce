import { blob, columns, flag, integer, type RowOf } from "../../../src/columns.ts";
import type { NumberRun } from "../../../src/retrieval/segment/columns.ts";
import { addNumbers, listNumbers } from "../../../src/retrieval/segment/number-bits.ts";

/**
 * The columns of the table of removed chunks that segments still contain: one bit for each chunk, in rows of 4,096
 * chunk numbers.
 */
export const REMOVAL = columns("removal", {
  block: integer(),
  bits: blob(),
  removedAt: integer(),
  isDue: flag(),
});
type RemovalRow = RowOf<typeof REMOVAL>;

const FIND = `SELECT ${REMOVAL.select()} FROM removal WHERE block = ?`;
const ALL = `SELECT ${REMOVAL.select()} FROM removal ORDER BY block`;
const NEXT_DUE = `SELECT ${REMOVAL.select()} FROM removal WHERE is_due = 1 LIMIT 1`;
const RELEASE = "UPDATE removal SET is_due = 1";
const PUT = `INSERT OR REPLACE INTO removal (${REMOVAL.names}) VALUES (${REMOVAL.marks})`;
const DROP = "DELETE FROM removal WHERE block = ?";
const DROP_ALL = "DELETE FROM removal";
const OLDEST = "SELECT min(removed_at) AS oldest FROM removal";

/** The removed chunks of one row, at most 4,096. */
export type RemovedBlock = { readonly block: number; readonly runs: readonly NumberRun[] };

/** Reads and writes the numbers of the removed chunks that segments still contain. */
export class RemovalTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds removed chunks. `now` is the time of the removal, in milliseconds since the epoch. */
  add(runs: readonly NumberRun[], now: number): void {
    const known = new Map<number, RemovalRow>();
    const blocks = addNumbers(runs, (block) => {
      const [row] = this.#sql.exec<RemovalRow>(FIND, block).toArray();
      if (!row) return null;
      known.set(block, row);
      return new Uint8Array(row.bits);
    });
    for (const { block, bits } of blocks) {
      const { removedAt, isDue } = known.get(block) ?? { removedAt: now, isDue: 0 };
      this.#sql.exec(PUT, ...REMOVAL.bind({ block, bits: bits.buffer, removedAt, isDue }));
    }
  }

  /** Lists the numbers of all removed chunks, ascending. */
  list(): NumberRun[] {
    return this.#sql.exec<RemovalRow>(ALL).toArray().flatMap(listRow);
  }

  /** Marks all rows for a check by `nextDue`, because segments were rewritten without removed chunks. */
  release(): void {
    this.#sql.exec(RELEASE);
  }

  /** Returns a row to check: no segment may contain some of its chunks any more. Null if there is none. */
  nextDue(): RemovedBlock | null {
    const [row] = this.#sql.exec<RemovalRow>(NEXT_DUE).toArray();
    return row ? { block: row.block, runs: listRow(row) } : null;
  }

  /**
   * Keeps, of the removed chunks of a row, only those in `runs`, which segments still contain. Deletes the row if there
   * are none.
   */
  keep(block: number, runs: readonly NumberRun[]): void {
    const [row] = this.#sql.exec<RemovalRow>(FIND, block).toArray();
    const [kept] = addNumbers(runs, () => null);
    if (!row || !kept) this.#sql.exec(DROP, block);
    else this.#sql.exec(PUT, ...REMOVAL.bind({ ...row, bits: kept.bits.buffer, isDue: 0 }));
  }

  /** Forgets all removed chunks, because all segments were deleted. */
  dropAll(): void {
    this.#sql.exec(DROP_ALL);
  }

  /** Returns the time of the oldest removal, in milliseconds since the epoch; null if there is none. */
  oldest(): number | null {
    return this.#sql.exec<{ oldest: number | null }>(OLDEST).one().oldest;
  }
}

const listRow = ({ block, bits }: RemovalRow): NumberRun[] =>
  listNumbers({ block, bits: new Uint8Array(bits) });
