import { DatabaseSync, type SQLInputValue } from "node:sqlite";

import { KERNEL_MIGRATIONS } from "../../../../src/kernel/rows/kernel-storage.ts";
import { type NodeRow, rowReader, sqlStorageOf } from "../../node-sql.ts";

const TABLES = [
  "kernel_definition",
  "kernel_run",
  "kernel_pin",
  "kernel_step",
  "kernel_event",
  "kernel_signal",
];

/** The part of a Durable Object's storage that the kernel's ledger needs, on Node's SQLite. */
export class SqliteStorage {
  readonly db = new DatabaseSync(":memory:");
  alarm: number | null = null;
  readonly #read = rowReader(this.db);
  #depth = 0;

  constructor(migrations = KERNEL_MIGRATIONS) {
    for (const { sql } of migrations) this.db.exec(sql);
  }

  /** This storage, with the type that the kernel's classes expect. */
  get storage(): DurableObjectStorage {
    const storage = {
      sql: sqlStorageOf(this.#read),
      transactionSync: <T>(change: () => T) => this.transactionSync(change),
      setAlarm: async (time: number) => void (this.alarm = time),
      deleteAlarm: async () => void (this.alarm = null),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kernel's ledger uses no more of it
    return storage as unknown as DurableObjectStorage;
  }

  /** Runs a change in a transaction, which may be nested. An error rolls it back, with the alarm, and is thrown on. */
  transactionSync<T>(change: () => T): T {
    const savepoint = `level_${this.#depth}`;
    const { alarm } = this;
    this.db.exec(`SAVEPOINT ${savepoint}`);
    this.#depth++;
    try {
      const result = change();
      this.db.exec(`RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      this.db.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
      this.alarm = alarm;
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Runs a query and returns its rows. */
  rows(query: string, ...bindings: SQLInputValue[]): readonly NodeRow[] {
    return this.#read(query, bindings);
  }

  /** Runs a query and returns the first column of its rows, if it is a text. */
  texts(query: string, ...bindings: SQLInputValue[]): string[] {
    return this.rows(query, ...bindings).flatMap((row) => {
      const [text] = Object.values(row);
      return typeof text === "string" ? [text] : [];
    });
  }

  /** Returns all rows as one text, to compare the storage at two times. */
  dump(): string {
    return JSON.stringify(TABLES.map((table) => this.rows(`SELECT * FROM ${table}`)));
  }
}
