import { utf8Length } from "../bounds.ts";
import { FatalStepError } from "../kernel/rules/step-handler.ts";
import { OUTPUT_BYTES_MAX } from "../kernel/rules/step/step-outcome.ts";
import { err, ok, type Result } from "../result.ts";
import { checkWork, type Statistics } from "../workflow/steps/sql-query/check-work.ts";
import { explainRefusal } from "../workflow/steps/sql-query/explain-refusal.ts";
import { disguise } from "../workflow/steps/sql-query/hidden-names.ts";
import {
  checkProgram,
  type Instruction,
  isRecursive,
  listHidden,
  listRootPages,
  type SchemaRow,
} from "../workflow/steps/sql-query/program.ts";
import type { SqlOutput, SqlWith } from "../workflow/steps/sql-query/sql-with.ts";
import { bounded, readStatement, type Statement } from "../workflow/steps/sql-query/statement.ts";
import { classifyFailure } from "./failure.ts";
import { TableMeasure } from "./measure-tables.ts";

const LIST_SCHEMA = "SELECT type, name, tbl_name AS 'table', rootpage, sql FROM sqlite_master";

/**
 * A SQL query of a workflow step: its text, its parameters, the maximum number of rows, and the tables that it may
 * read.
 */
export type ReadOnlyQuery = {
  readonly query: string;
  readonly params: SqlWith["params"];
  readonly rowsMax: number;
  readonly readable: ReadonlySet<string>;
};

/**
 * Runs a SQL query that reads only the tables in `readable`. Before that, it compiles the query, checks in SQLite's
 * program that it does nothing else, and estimates its work, since a running query cannot be interrupted. If it refuses
 * the query, it throws an error whose message is for users. Starts nothing after `signal` is aborted.
 */
export async function readRows(
  db: D1Database,
  query: ReadOnlyQuery,
  signal: AbortSignal,
): Promise<SqlOutput> {
  const statement = await checkQuery(db, query, signal);
  signal.throwIfAborted();
  return await select(statement, query);
}

/** Compiles a query without running it, checks it, and returns it ready to run. Throws when it is refused. */
async function checkQuery(
  db: D1Database,
  { query, params, rowsMax, readable }: ReadOnlyQuery,
  signal: AbortSignal,
): Promise<D1PreparedStatement> {
  const statement = unwrap(readStatement(query));
  const prepare = (prefix: string, text = statement.text) =>
    db.prepare(prefix + bounded({ text }, rowsMax + 1)).bind(...params);
  const { results: schema } = await db.prepare(LIST_SCHEMA).all<SchemaRow>();
  await checkNames(statement, listHidden(schema, readable), (text) =>
    catchRefusal(prepare("EXPLAIN ", text).all()),
  );
  const compiled = await catchRefusal(
    db.batch<Instruction & { detail: string }>([
      prepare("EXPLAIN "),
      prepare("EXPLAIN QUERY PLAN "),
    ]),
  );
  if (!compiled.ok) throw refused(compiled.error, query);
  const [program, plan] = compiled.value;
  if (!program || !plan)
    throw new Error("D1 did not return the program and the plan of the query.");
  unwrap(checkProgram(program.results, schema, readable));
  if (isRecursive(plan.results)) {
    throw new FatalStepError(
      "The query is recursive, and nothing limits its run time. Recursion is not supported; remove it.",
    );
  }
  signal.throwIfAborted();
  await checkCost(program.results, new TableMeasure(db, schema), {
    parameters: Math.max(
      0,
      ...params.map((param) => (typeof param === "string" ? utf8Length(param) : 8)),
    ),
    database: program.meta.size_after,
  });
  return prepare("");
}

/** Compiles a query as if tables that the project may not read did not exist. Throws if it then needs one of them. */
async function checkNames(
  statement: Statement,
  hidden: ReadonlySet<string>,
  compile: (text: string) => Promise<Result<unknown, string>>,
): Promise<void> {
  const disguised = disguise(statement.text, statement.tokens, hidden);
  if (disguised === null) return;
  const everywhere = await compile(disguised.everywhere);
  if (everywhere.ok) return;
  // The name may also be that of a column that the project may read.
  const asTables = await compile(disguised.asTables);
  if (!asTables.ok) throw refused(disguised.restore(everywhere.error), statement.text);
}

/** Bounds the work of a query, with as few reads as that takes. Throws if it is too much. */
async function checkCost(
  program: readonly Instruction[],
  measure: TableMeasure,
  bytes: { readonly parameters: number; readonly database: number },
): Promise<void> {
  const unknown: Statistics = {
    rows: new Map(),
    rowsOfKey: new Map(),
    longestValue: Math.max(bytes.parameters, bytes.database),
  };
  if (checkWork(program, unknown).ok) return;
  const pages = listRootPages(program);
  const ranges = await measure.readRanges(pages);
  const rough = checkWork(program, { ...unknown, ...ranges });
  if (rough.ok) return;
  const counted = await measure.count(pages, rough.error.keys);
  const exact = checkWork(program, {
    rows: new Map(
      Array.from(counted.rows, ([page, rows]) => [
        page,
        Math.min(rows, ranges.rows.get(page) ?? rows),
      ]),
    ),
    rowsOfKey: counted.rowsOfKey,
    longestValue:
      counted.longestValue === null
        ? unknown.longestValue
        : Math.max(bytes.parameters, counted.longestValue),
  });
  if (!exact.ok) throw new FatalStepError(exact.error.message);
}

async function select(
  statement: D1PreparedStatement,
  { query, rowsMax }: ReadOnlyQuery,
): Promise<SqlOutput> {
  const read = await catchRefusal(statement.raw({ columnNames: true }));
  if (!read.ok) throw refused(read.error, query);
  const [columns, ...found] = read.value;
  const rows = found
    .slice(0, rowsMax)
    .map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
  const output = { columns, rows, truncated: found.length > rowsMax };
  if (utf8Length(JSON.stringify(output)) > OUTPUT_BYTES_MAX) {
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
    return err(
      message.replace(/^D1_ERROR: /, "").replace(/(?: at offset \d+)?(?:: SQLITE_\w+)?$/, ""),
    );
  }
}

const PERMANENT =
  /SQLITE_(?:ERROR|AUTH|MISMATCH|NOMEM|TOOBIG|RANGE|CONSTRAINT|PERM|READONLY)|D1_TYPE_ERROR|Wrong number of parameter/;

/** The refusal in our words, with those of SQLite for the log. */
const refused = (words: string, query: string) =>
  new FatalStepError(explainRefusal(words, query), { cause: new Error(words) });

function unwrap<Value>(result: Result<Value, string>): Value {
  if (result.ok) return result.value;
  throw new FatalStepError(result.error);
}
