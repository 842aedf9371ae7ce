import { DatabaseSync, type SQLInputValue } from "node:sqlite";

import { KERNEL_MIGRATIONS } from "../../../../src/kernel/rows/kernel-storage.ts";
import { numberMarks } from "../../../fakes/number-marks.ts";

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
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  #depth = 0;

  constructor(migrations = KERNEL_MIGRATIONS) {
    for (const { sql } of migrations) this.db.exec(sql);
  }

  /** This storage, with the type that the kernel's classes expect. */
  get storage(): DurableObjectStorage {
    const sql = {
      exec: (query: string, ...bindings: SQLInputValue[]) => this.#exec(query, bindings),
    };
    const storage = {
      sql,
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
  rows(query: string, ...bindings: SQLInputValue[]): Record<string, SQLInputValue>[] {
    return this.#exec(query, bindings).toArray();
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

  #exec(query: string, bindings: SQLInputValue[]) {
    let statement = this.#statements.get(query);
    if (!statement) {
      statement = this.db.prepare(numberMarks(query));
      this.#statements.set(query, statement);
    }
    const rows = statement.all(
      Object.fromEntries(bindings.map((value, index) => [`?${index + 1}`, value])),
    );
    return {
      toArray: () => rows,
      one: () => {
        const [row] = rows;
        if (!row || rows.length > 1) throw new Error(`${rows.length} rows instead of one`);
        return row;
      },
      [Symbol.iterator]: () => rows[Symbol.iterator](),
    };
  }
}
