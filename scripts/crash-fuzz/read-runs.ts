import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import type { StoredRun } from "./judge.ts";

const LIST_RUNS = "SELECT id, status, parent_run FROM kernel_run";
const LIST_AT_WORK = "SELECT run_id, step FROM kernel_step WHERE phase IN ('ready', 'claimed')";
const LIST_SETTLED = "SELECT run, status FROM settled ORDER BY rowid";
const COUNT_ATTEMPTS = "SELECT run_id, sum(attempt) AS attempts FROM kernel_step GROUP BY run_id";
const LIST_COMPLETIONS = `SELECT run_id, step FROM kernel_event
  WHERE type = 'step.completed' ORDER BY run_id, seq`;

/** How long a process that has just begun keeps a file to itself. */
export const BUSY_MS = 1_000;

/** SQLITE_READONLY_ROLLBACK. Once they are made, these files have a write-ahead log and nothing to roll back. */
const HALF_MADE = 776;

/** Reads the objects' files beside the process that writes them, so that looking wakes nobody up. */
export function readRuns(folder: string): StoredRun[] {
  const files = globSync(join(folder, "state", "fuzz", "*.sqlite"));
  return files.filter((file) => !file.endsWith("metadata.sqlite")).flatMap(readOrNothing);
}

/** A file whose process was killed while it made it holds nothing yet; only who may write can mend it. */
function readOrNothing(file: string): StoredRun[] {
  try {
    return readObject(file);
  } catch (error) {
    const isHalfMade = error instanceof Error && "errcode" in error && error.errcode === HALF_MADE;
    if (isHalfMade) return [];
    throw error;
  }
}

function readObject(file: string): StoredRun[] {
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
