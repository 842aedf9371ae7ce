import type { DatabaseSync } from "node:sqlite";

import type { Instruction } from "../../../../src/workflow/steps/sql-query/program.ts";
import { bounded, readStatement } from "../../../../src/workflow/steps/sql-query/statement.ts";

/** Compiles a SQL query in the form in which `sql@1` runs it, with at most `rowsMax` rows. Returns SQLite's program. */
export function compileQuery(from: DatabaseSync, query: string, rowsMax = 101): Instruction[] {
  const statement = readStatement(query);
  if (!statement.ok) throw new Error(statement.error);
  return from
    .prepare(`EXPLAIN ${bounded(statement.value, rowsMax)}`)
    .all()
    .map((row) => ({
      addr: Number(row["addr"]),
      opcode: String(row["opcode"]),
      p1: Number(row["p1"]),
      p2: Number(row["p2"]),
      p3: Number(row["p3"]),
      p4: row["p4"] === null ? null : String(row["p4"]),
      p5: Number(row["p5"]),
    }));
}
