import { FatalStepError } from "../kernel/rules/step-handler.ts";
import { byteLength, OUTPUT_BYTES_MAX } from "../kernel/rules/step/step-outcome.ts";
import { err, ok, type Result } from "../result.ts";
import {
  checkProgram,
  compileError,
  type Instruction,
  isRecursive,
  type SchemaRow,
} from "../workflow/steps/sql-query/program.ts";
import type { SqlOutput, SqlWith } from "../workflow/steps/sql-query/sql-with.ts";
import { bounded, readStatement } from "../workflow/steps/sql-query/statement.ts";
import { classifyFailure } from "./failure.ts";

const LIST_SCHEMA = "SELECT type, name, tbl_name AS 'table', rootpage FROM sqlite_master";

/** A query with its parameters, its row limit and the tables that it may read. */
export type ReadOnlyQuery = {
  readonly query: string;
  readonly params: SqlWith["params"];
  readonly rowsMax: number;
  readonly readable: ReadonlySet<string>;
};

/**
 * Runs a query that only reads tables of `readable`, after SQLite's compiler has proved that it does. Recursive queries
 * are refused, since D1 cannot be cancelled; a runaway join ends at D1's own limit of 30 s. Starts nothing after the
 * signal.
 */
export async function readRows(
  db: D1Database,
  query: ReadOnlyQuery,
  signal: AbortSignal,
): Promise<SqlOutput> {
  const statement = await checkQuery(db, query);
  signal.throwIfAborted();
  return await select(statement, query.rowsMax);
}

/** Compiles a query without running it, checks it, and returns it ready to run. Throws when it is refused. */
async function checkQuery(
  db: D1Database,
  { query, params, rowsMax, readable }: ReadOnlyQuery,
): Promise<D1PreparedStatement> {
  const statement = unwrap(readStatement(query));
  const text = bounded(statement, rowsMax + 1);
  const prepare = (prefix: string) => db.prepare(prefix + text).bind(...params);
  const [schema, compiled] = await Promise.all([
    db.prepare(LIST_SCHEMA).all<SchemaRow>(),
    catchRefusal(
      db.batch<Instruction & { detail: string }>([
        prepare("EXPLAIN "),
        prepare("EXPLAIN QUERY PLAN "),
      ]),
    ),
  ]);
  if (!compiled.ok) {
    const message = compileError(compiled.error, statement.names, schema.results, readable);
    throw new FatalStepError(message);
  }
  const [program, plan] = compiled.value.map(({ results }) => results);
  if (!program || !plan)
    throw new Error("D1 did not return the program and the plan of the query.");
  unwrap(checkProgram(program, schema.results, readable));
  if (isRecursive(plan)) {
    throw new FatalStepError(
      "The query is recursive, and nothing limits its run time. Recursion is not supported; remove it.",
    );
  }
  return prepare("");
}

async function select(statement: D1PreparedStatement, rowsMax: number): Promise<SqlOutput> {
  const [columns, ...found] = unwrap(await catchRefusal(statement.raw({ columnNames: true })));
  const rows = found
    .slice(0, rowsMax)
    .map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
  const output = { columns, rows, truncated: found.length > rowsMax };
  if (byteLength(JSON.stringify(output)) > OUTPUT_BYTES_MAX) {
    throw new FatalStepError(
      `The rows have more than ${OUTPUT_BYTES_MAX} bytes together; select fewer columns or lower max_rows.`,
    );
  }
  return output;
}

/** Returns SQLite's message when it refuses a query, which is permanent. Throws failures of D1, which are temporary. */
async function catchRefusal<Value>(running: Promise<Value>): Promise<Result<Value, string>> {
  try {
    return ok(await running);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (classifyFailure(error) !== "bug" || !PERMANENT.test(message)) throw error;
    const words = message
      .replace(/^D1_\w+: /, "")
      .replace(/(?: at offset \d+)?(?:: SQLITE_\w+)?$/, "");
    return err(`The query failed: ${words}.`);
  }
}

const PERMANENT =
  /SQLITE_(?:ERROR|AUTH|MISMATCH|TOOBIG|RANGE|CONSTRAINT|PERM|READONLY)|D1_TYPE_ERROR|Wrong number of parameter/;

function unwrap<Value>(result: Result<Value, string>): Value {
  if (result.ok) return result.value;
  throw new FatalStepError(result.error);
}
