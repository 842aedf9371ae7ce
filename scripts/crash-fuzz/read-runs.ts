import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import type { FuzzedRun } from "./judge.ts";

const LIST_RUNS = "SELECT id, status, parent_run FROM kernel_run";
const LIST_AT_WORK = "SELECT run_id, step FROM kernel_step WHERE phase IN ('ready', 'claimed')";
const LIST_SETTLED = "SELECT run, status FROM settled ORDER BY rowid";
const COUNT_ATTEMPTS = "SELECT run_id, sum(attempt) AS attempts FROM kernel_step GROUP BY run_id";
const LIST_COMPLETIONS = `SELECT run_id, step FROM kernel_event
  WHERE type = 'step.completed' ORDER BY run_id, seq`;

/** Maximum time that reading waits for a database file that a process has locked, in milliseconds. */
export const BUSY_MS = 1_000;

/**
 * SQLITE_READONLY_ROLLBACK: only a file whose creation was interrupted has a journal to roll back; others use a
 * write-ahead log.
 */
const HALF_MADE = 776;

/**
 * Reads all runs directly from the SQLite files of the objects, while a process may be writing them. That wakes no
 * object.
 */
export function readRuns(folder: string): FuzzedRun[] {
  const files = globSync(join(folder, "state", "fuzz", "*.sqlite"));
  return files.filter((file) => !file.endsWith("metadata.sqlite")).flatMap(readOrNothing);
}

/** Reads a file. A file whose creation was interrupted has no runs; only a writer can repair it. */
function readOrNothing(file: string): FuzzedRun[] {
  try {
    return readObject(file);
  } catch (error) {
    const isHalfMade = error instanceof Error && "errcode" in error && error.errcode === HALF_MADE;
    if (isHalfMade) return [];
    throw error;
  }
}

function readObject(file: string): FuzzedRun[] {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    const created = database
      .prepare("SELECT 1 FROM sqlite_master WHERE name IN ('kernel_run', 'settled')")
      .all();
    if (created.length < 2) return [];
    const list = (query: string, key: string, value: string) => {
      const lists = new Map<string, string[]>();
      for (const row of database.prepare(query).all()) {
        const id = String(row[key]);
        lists.set(id, [...(lists.get(id) ?? []), String(row[value])]);
      }
      return lists;
    };
    const settled = list(LIST_SETTLED, "run", "status");
    const completed = list(LIST_COMPLETIONS, "run_id", "step");
    const atWork = list(LIST_AT_WORK, "run_id", "step");
    const attempts = list(COUNT_ATTEMPTS, "run_id", "attempts");
    return database
      .prepare(LIST_RUNS)
      .all()
      .map((row) => {
        const id = String(row["id"]);
        return {
          id,
          parent: row["parent_run"] === null ? null : String(row["parent_run"]),
          status: String(row["status"]),
          isAtWork: atWork.has(id),
          settled: settled.get(id) ?? [],
          completed: completed.get(id) ?? [],
          attempts: Number(attempts.get(id)?.[0] ?? 0),
        };
      });
  } finally {
    database.close();
  }
}
