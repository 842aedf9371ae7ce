import { columns, integer } from "../../../src/columns.ts";
import { FIRST_ANALYZER } from "../../../src/retrieval/analysis/analyzer.ts";

/** The columns of the table with the version of a shard's analyzer, which has one row, or none for version 1. */
export const SHARD_ANALYZER = columns("analyzer", { version: integer() }, ["singleton"]);

const READ = `SELECT ${SHARD_ANALYZER.select()} FROM analyzer`;
const SAVE = `INSERT OR REPLACE INTO analyzer (${SHARD_ANALYZER.names}, singleton)
  VALUES (${SHARD_ANALYZER.marks}, 1)`;

/** Reads and writes the version of the analyzer that makes the terms of a shard's chunks. Callers open transactions. */
export class AnalyzerTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the version. */
  read(): number {
    const [row] = this.#sql.exec<{ version: number }>(READ).toArray();
    return row?.version ?? FIRST_ANALYZER.version;
  }

  /** Writes the version, unless it is there already. */
  save(version: number): void {
    if (version !== this.read()) this.#sql.exec(SAVE, ...SHARD_ANALYZER.bind({ version }));
  }
}
