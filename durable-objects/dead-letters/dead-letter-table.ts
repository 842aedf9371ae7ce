import createDeadLetter from "../../migrations/dead-letter/0001_dead_letter.sql";
import { STORED_JSON_BYTES_MAX } from "../../src/bounds.ts";
import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  withBound,
} from "../../src/columns.ts";
import type { DeadLetterId } from "../../src/ids.ts";
import type { Migration } from "../../src/kernel/rows/migrate.ts";
import type { Definition } from "../../src/kernel/rules/definition.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import type { Death, LetterEntry } from "../../src/workflow/dead-letters/dead-letter.ts";

/** The table is created by the first letter of an object, so it is not in the list of migrations of any class. */
const TABLE: Migration = { id: "dead-letter/0001_dead_letter", sql: createDeadLetter };

/**
 * The end of a job as its object stores it: with the project, and with the definition where its hash is not computed yet.
 */
export type StoredDeath = Death & {
  readonly scope: Scope;
  readonly definition: Definition | { readonly hash: string };
};

/** The columns of the table of dead letters in the object that owns the jobs. */
export const OBJECT_LETTER = columns("dead_letter", {
  job: text(),
  id: text<DeadLetterId>(),
  status: text<LetterEntry["status"]>(),
  version: integer(),
  body: withBound(json<StoredDeath>(), STORED_JSON_BYTES_MAX),
  diedAt: integer(),
  due: nullable(integer()),
});

/** A row of the table of dead letters, with its JSON parsed. */
export type ObjectLetter = Readonly<Omit<RowOf<typeof OBJECT_LETTER>, "body">> & {
  readonly body: StoredDeath;
};

const HAS_TABLE = "SELECT 1 FROM sqlite_master WHERE name = 'dead_letter'";
const FIND = `SELECT ${OBJECT_LETTER.select()} FROM dead_letter WHERE job = ?`;
const SAVE = `INSERT OR REPLACE INTO dead_letter (${OBJECT_LETTER.names}) VALUES (${OBJECT_LETTER.marks})`;
const LIST_DUE = `SELECT ${OBJECT_LETTER.select()} FROM dead_letter
  WHERE due IS NOT NULL AND due <= ? ORDER BY due LIMIT 20`;
const FIRST_DUE = "SELECT due FROM dead_letter WHERE due IS NOT NULL ORDER BY due LIMIT 1";
const SET_DUE = "UPDATE dead_letter SET due = ?3 WHERE job = ?1 AND version = ?2";
const FORGET = "DELETE FROM dead_letter WHERE job = ?1 AND version = ?2";
const FORGET_OLD = "DELETE FROM dead_letter WHERE died_at < ?";

/** Reads and writes the table of dead letters in the object that owns the jobs. It makes no decisions. */
export class DeadLetterTable {
  readonly #sql: SqlStorage;
  /** False while the table certainly does not exist. */
  #mayExist: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#mayExist = true;
    this.#mayExist = this.#exists();
  }

  /** Finds the letter of a job; null if the job has none. */
  find(job: string): ObjectLetter | null {
    return this.#list(FIND, job)[0] ?? null;
  }

  /** Stores the letter of a job, in place of an earlier one. Creates the table with the first letter. */
  save(letter: ObjectLetter): void {
    this.#mayExist = true;
    this.#sql.exec(TABLE.sql);
    const row = OBJECT_LETTER.bind({ ...letter, body: JSON.stringify(letter.body) });
    this.#sql.exec(SAVE, ...row);
  }

  /** Lists at most 20 letters that must be written to D1 by `now`, in milliseconds since the epoch. */
  due(now: number): ObjectLetter[] {
    return this.#list(LIST_DUE, now);
  }

  /** Returns when a letter must next be written to D1, in milliseconds since the epoch; null if all are. */
  firstDue(): number | null {
    if (!this.#exists()) return null;
    return this.#sql.exec<{ due: number }>(FIRST_DUE).toArray()[0]?.due ?? null;
  }

  /** Sets when a letter must be written to D1; null if it is there. Does nothing if the letter has changed since. */
  setDue({ job, version }: ObjectLetter, due: number | null): void {
    if (this.#exists()) this.#sql.exec(SET_DUE, job, version, due);
  }

  /** Removes a letter, unless it has changed since. */
  forget({ job, version }: ObjectLetter): void {
    if (this.#exists()) this.#sql.exec(FORGET, job, version);
  }

  /** Removes letters whose jobs ended before `before`, in milliseconds since the epoch. */
  forgetOld(before: number): void {
    this.#sql.exec(FORGET_OLD, before);
  }

  #list(query: string, binding: SqlStorageValue): ObjectLetter[] {
    if (!this.#exists()) return [];
    const rows = this.#sql.exec<RowOf<typeof OBJECT_LETTER>>(query, binding).toArray();
    return rows.map((row) => ({ ...row, body: parseJson(row.body) }));
  }

  /** Asked each time, once there may be a table: a rollback, or the erasing of the object, removes it. */
  #exists(): boolean {
    return this.#mayExist && this.#sql.exec(HAS_TABLE).toArray().length > 0;
  }
}
