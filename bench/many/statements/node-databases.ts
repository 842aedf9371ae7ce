import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

import { numberMarks } from "../../../test/fakes/number-marks.ts";

/** A database in memory with the tables that the migrations of a folder create. */
export function openDatabase(folder: string): DatabaseSync {
  const database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  const path = `migrations/${folder}`;
  for (const file of readdirSync(path).toSorted()) {
    database.exec(readFileSync(`${path}/${file}`, "utf8"));
  }
  return database;
}

/** As much of an object's SQLite as the classes of its tables use. */
export function objectStorage(database: DatabaseSync): SqlStorage {
  const sql = {
    exec: (query: string, ...bindings: SQLInputValue[]) => {
      const rows = all(database, query, bindings);
      return { toArray: () => rows, one: () => rows[0], [Symbol.iterator]: () => rows.values() };
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the classes that are measured use no more of it
  return sql as unknown as SqlStorage;
}

/** As much of D1 as the catalog and the corpus use. */
export function d1(database: DatabaseSync): D1Database {
  const prepare = (query: string, bindings: SQLInputValue[] = []) => {
    const results = () => all(database, query, bindings);
    return {
      bind: (...values: SQLInputValue[]) => prepare(query, values),
      all: async () => ({ results: results(), meta: { changes: 0 } }),
      run: async () => ({ results: results(), meta: { changes: 0 } }),
      first: async () => results()[0] ?? null,
    };
  };
  const batch = async (statements: ReturnType<typeof prepare>[]) => {
    database.exec("BEGIN");
    const results = [];
    for (const statement of statements) results.push(await statement.all());
    database.exec("COMMIT");
    return results;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the classes that are measured use no more of it
  return { prepare, batch } as unknown as D1Database;
}

function all(database: DatabaseSync, query: string, bindings: readonly SQLInputValue[]) {
  const values = bindings.map((value) =>
    value instanceof ArrayBuffer ? new Uint8Array(value) : value,
  );
  const named = Object.fromEntries(values.map((value, index) => [`?${index + 1}`, value]));
  return database.prepare(numberMarks(query)).all(named);
}
