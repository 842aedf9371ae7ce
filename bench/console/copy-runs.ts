import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

import { newKey } from "../../src/ids.ts";

type Row = Record<string, SQLOutputValue>;

const HAS_RUNS = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'run'";
const LIST_SETTLED = "SELECT * FROM run WHERE settled_at IS NOT NULL ORDER BY created_at LIMIT 100";
/** Time between two copies, in milliseconds: ten thousand of them are from the last week. */
const APART_MS = 60_000;

/**
 * Adds `count` rows to the list of runs, in the state folder of a service that is stopped: copies of the rows of runs
 * that have ended there, with ids and times of their own before these. They are rows of the list alone. A run takes a
 * tenth of a second to make, and the list reads nothing but its row.
 */
export function copyRuns(folder: string, count: number): void {
  const database = openCatalog(folder);
  try {
    const settled = database.prepare(LIST_SETTLED).all();
    const [first] = settled;
    if (!first) throw new Error("No run has ended in this folder: there is nothing to copy");
    const names = Object.keys(first);
    const insert = database.prepare(
      `INSERT INTO run (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    );
    database.exec("BEGIN");
    for (let at = 0; at < count; at++) {
      const row = moveRun(settled[at % settled.length] ?? first, Number(first["created_at"]), at);
      insert.run(...names.map((name) => row[name] ?? null));
    }
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}

function moveRun(row: Row, before: number, at: number): Row {
  const createdAt = before - (at + 1) * APART_MS;
  const tookMs = Number(row["settled_at"]) - Number(row["created_at"]);
  return {
    ...row,
    id: `run_${newKey(createdAt)}`,
    created_at: createdAt,
    settled_at: createdAt + tookMs,
    updated_at: createdAt + tookMs,
  };
}

/** Opens the database of the catalog, among those that the local D1 keeps in a state folder. */
function openCatalog(folder: string): DatabaseSync {
  for (const path of globSync(join(folder, "**", "d1", "**", "*.sqlite"))) {
    const database = new DatabaseSync(path);
    if (database.prepare(HAS_RUNS).get()) return database;
    database.close();
  }
  throw new Error(`There is no catalog in ${folder}`);
}
