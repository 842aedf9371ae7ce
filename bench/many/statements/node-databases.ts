import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

import { rowReader, sqlStorageOf } from "../../../test/rules/node-sql.ts";

/** Opens a database in memory (Node's SQLite) with the tables that the migrations in a folder create. */
export function openDatabase(folder: string): DatabaseSync {
  const database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  const path = `migrations/${folder}`;
  for (const file of readdirSync(path).toSorted()) {
    database.exec(readFileSync(`${path}/${file}`, "utf8"));
  }
  return database;
}

/** Wraps a database of Node's SQLite in the interface of a Durable Object's SQL storage. */
export const objectStorage = (database: DatabaseSync): SqlStorage =>
  sqlStorageOf(rowReader(database));

/**
 * Wraps a database of Node's SQLite in the interface of D1, as far as the service's catalog and corpus classes use it.
 */
export function d1(database: DatabaseSync): D1Database {
  const read = rowReader(database);
  const prepare = (query: string, bindings: SQLInputValue[] = []) => {
    const results = () => read(query, bindings);
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
