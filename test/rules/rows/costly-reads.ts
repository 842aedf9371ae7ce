import type { DatabaseSync } from "node:sqlite";

import type { FilledDatabase } from "./filled-databases.ts";

/** Rows of one table that a look-up may find, for each row of the tables around it. */
const ROWS_MAX = 100;
const NAMED = /\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(\s*\([^()]*\))?(?:\s+(?:AS\s+)?(\w+))?/gi;
const READ = /^(SCAN|SEARCH) (\w+)/;

/**
 * Lists the reads in SQLite's plan of a statement whose cost grows with a table: scans, and look-ups by columns with
 * few values, such as a project. Reading a page of a list is not one of them, since it reads one table in the order of
 * an index and stops.
 */
export function findCostlyReads({ db, growing }: FilledDatabase, sql: string): string[] {
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => String(detail));
  const tables = tablesIn(sql);
  const isWhole = !/\bWHERE\b/.test(sql);
  const sorts = plan.some((detail) => detail.startsWith("USE TEMP B-TREE FOR"));
  const isPage = /\bLIMIT \S+\s*$/.test(sql) && !sorts;
  const reads = plan.filter((detail) => READ.test(detail) && !detail.startsWith("SCAN CONSTANT"));
  return reads.filter((detail, index) => {
    const name = READ.exec(detail)?.[2] ?? "";
    const table = tables.get(name) ?? name;
    if (!growing.has(table)) return false;
    const isStopped = isPage && index === 0 && (isWhole || detail.startsWith("SEARCH"));
    return !isStopped && rowsRead(db, table, detail) > ROWS_MAX;
  });
}

/** About how many rows a read finds, by the columns that it compares for equality. */
function rowsRead(db: DatabaseSync, table: string, detail: string): number {
  const virtual = / VIRTUAL TABLE INDEX \d+:(.*)$/.exec(detail);
  // FTS5 without its text looks a rowid up; a range of rowids it finds by reading all of them.
  if (virtual) return detail.includes("INDEX 0:") && virtual[1] !== "=" ? Infinity : 1;
  if (!detail.startsWith("SEARCH")) return Infinity;
  // The least or the greatest number of a table, from its end.
  if (detail === `SEARCH ${table}`) return 1;
  const terms = /\(([^()]*)\)(?: LEFT-JOIN)?$/.exec(detail)?.[1]?.split(" AND ") ?? [];
  const equal = terms.flatMap((term) => /^(\w+)=\?$/.exec(term)?.[1] ?? []);
  if (equal.includes("rowid")) return 1;
  if (equal.length === 0) return Infinity;
  return averageRows(db, table, equal.join(", "));
}

/** The averages of each database, since many statements look rows up by the same columns. */
const averages = new WeakMap<DatabaseSync, Map<string, number>>();

/** The average number of rows of a table that have the same values in the columns. */
function averageRows(db: DatabaseSync, table: string, columns: string): number {
  const known = averages.get(db) ?? new Map<string, number>();
  averages.set(db, known);
  const key = `${table}(${columns})`;
  const average = known.get(key) ?? countAverage(db, table, columns);
  known.set(key, average);
  return average;
}

function countAverage(db: DatabaseSync, table: string, columns: string): number {
  const found = `SELECT count(*) AS found FROM ${table} GROUP BY ${columns}`;
  return Number(db.prepare(`SELECT avg(found) AS rows FROM (${found})`).get()?.["rows"]);
}

/** The tables of a statement by the names that its plan calls them. */
function tablesIn(sql: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, table = "", call, alias] of sql.matchAll(NAMED)) {
    const source = call !== undefined && table === "json_each" ? "json_each" : table;
    found.set(source, source);
    if (alias !== undefined) found.set(alias, source);
  }
  return found;
}
