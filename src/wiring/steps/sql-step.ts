import { FatalStepError, type StepHandler } from "../../kernel/rules/step-handler.ts";
import { byteLength, OUTPUT_BYTES_MAX } from "../../kernel/rules/step/step-outcome.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { classifyFailure } from "../../platform/failure.ts";
import { err, ok, type Result } from "../../result.ts";
import { readWith } from "../../workflow/steps/read-with.ts";
import {
  checkProgram,
  compileError,
  type Instruction,
  isRecursive,
  type SchemaRow,
} from "../../workflow/steps/sql-query/program.ts";
import { type SqlOutput, SqlWith } from "../../workflow/steps/sql-query/sql-with.ts";
import { bounded, readStatement } from "../../workflow/steps/sql-query/statement.ts";
import type { StepAccess } from "../../workflow/steps/step-access.ts";

const LIST_SCHEMA = "SELECT type, name, tbl_name AS 'table', rootpage FROM sqlite_master";

/**
 * `sql@1`: a read-only query on tables of DATA that the project was granted. Nothing runs before SQLite's own compiler has said
 * what the query would do. Recursion is refused, since D1 cannot be told to stop; a join that runs away
 * ends at D1's own bound of 30 s, and the step ends with its attempt in any case.
 */
export const sqlStep = (env: Env, { projectId }: Scope, access: StepAccess): StepHandler => ({
  kind: "local",
  async run({ with: given, signal }) {
    const { query, params, max_rows: rowsMax } = readWith(SqlWith, given);
    const { sqlTables } = await access.grants(projectId);
    const readable = tablesOf("data", sqlTables);
    const checked = checkQuery(env.DATA, { query, params, rowsMax, readable });
    const statement = await unlessAborted(checked, signal);
    return await unlessAborted(select(statement, rowsMax), signal);
  },
});

type Query = {
  readonly query: string;
  readonly params: SqlWith["params"];
  readonly rowsMax: number;
  readonly readable: ReadonlySet<string>;
};

/** Compiles a query without running it, and gives it back to be run when it may. */
async function checkQuery(
  db: D1Database,
  { query, params, rowsMax, readable }: Query,
): Promise<D1PreparedStatement> {
  const statement = valueOf(readStatement(query));
  const text = bounded(statement, rowsMax + 1);
  const prepare = (prefix: string) => db.prepare(prefix + text).bind(...params);
  const [schema, compiled] = await Promise.all([
    db.prepare(LIST_SCHEMA).all<SchemaRow>(),
    orWords(
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
  if (!program || !plan) throw new Error("D1 did not say what the query would do.");
  valueOf(checkProgram(program, schema.results, readable));
  if (isRecursive(plan)) {
    throw new FatalStepError(
      "The query is recursive, and nothing would bound it; that is not served.",
    );
  }
  return prepare("");
}

async function select(statement: D1PreparedStatement, rowsMax: number): Promise<SqlOutput> {
  const [columns, ...found] = valueOf(await orWords(statement.raw({ columnNames: true })));
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

/** Gives back what SQLite says against a query, since it will say so again. Failures of D1, which pass, are thrown. */
async function orWords<Value>(running: Promise<Value>): Promise<Result<Value, string>> {
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

function tablesOf(database: string, granted: ReadonlySet<string>): ReadonlySet<string> {
  const prefix = `${database}.`;
  return new Set(
    [...granted]
      .filter((table) => table.startsWith(prefix))
      .map((table) => table.slice(prefix.length)),
  );
}

function valueOf<Value>(result: Result<Value, string>): Value {
  if (result.ok) return result.value;
  throw new FatalStepError(result.error);
}

/** D1 takes no signal: the query may go on, but nobody waits for it. */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error("The query was given up: the attempt is out of time."));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  promise.catch(() => {});
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
