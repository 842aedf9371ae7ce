import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

import { numberMarks } from "../fakes/number-marks.ts";

/** A row of Node's SQLite, by the names of its columns. */
export type NodeRow = Record<string, unknown>;

/** Runs a statement, and returns its rows. */
type ReadRows = (query: string, given: readonly SQLInputValue[]) => readonly NodeRow[];

/** Makes the function that runs statements in a database of Node's SQLite. Each is prepared once. */
export function rowReader(database: DatabaseSync): ReadRows {
  const statements = new Map<string, StatementSync>();
  return (query, given) => {
    const statement = statements.get(query) ?? database.prepare(numberMarks(query));
    statements.set(query, statement);
    const values = given.map((value) =>
      value instanceof ArrayBuffer ? new Uint8Array(value) : value,
    );
    return statement.all(
      Object.fromEntries(values.map((value, index) => [`?${index + 1}`, value])),
    );
  };
}

/** Makes the SQL storage of a Durable Object, as far as the service's table classes use it. */
export function sqlStorageOf(read: ReadRows): SqlStorage {
  const exec = (query: string, ...given: SQLInputValue[]) => {
    const rows = read(query, given);
    return {
      toArray: () => rows,
      one: () => {
        const [row] = rows;
        if (!row || rows.length > 1) throw new Error(`${rows.length} rows instead of one`);
        return row;
      },
      [Symbol.iterator]: () => rows.values(),
    };
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table classes use no more of it
  return { exec } as unknown as SqlStorage;
}
