/** The writes of one kind of statement to one table, such as `insert kernel_event`. */
type TableCost = {
  /** Rows of the table itself that were inserted, changed or deleted. */
  rows: number;
  /** Entries of the table's indexes that were written, its primary key's included if that is an index. */
  indexEntries: number;
};

/**
 * The numbers of database rows that the service has written, in Durable Objects and in D1, and of its D1 queries.
 * Locally one isolate runs the Worker and all Durable Objects, so it can count all of them.
 */
export type Cost = {
  objectRowsWritten: number;
  d1RowsWritten: number;
  d1Queries: number;
  /** Calls that set the alarm of an object, each of which the platform bills as a row written. */
  alarmsSet: number;
  /**
   * Tables, indexes and triggers that objects have created. `rowsWritten` of a script counts its last statement alone,
   * so most of these rows are in no other number.
   */
  schemaRows: number;
  /** The rows by database, statement and table: `Conversation: insert kernel_event`. */
  tables: Record<string, TableCost>;
};

const makeCost = (): Cost => ({
  objectRowsWritten: 0,
  d1RowsWritten: 0,
  d1Queries: 0,
  alarmsSet: 0,
  schemaRows: 0,
  tables: {},
});

/** The rows and queries that were counted since the last call of `resetCost`. */
export const cost: Cost = makeCost();

/** Resets the counts in `cost` to zero. */
export function resetCost(): void {
  Object.assign(cost, makeCost());
}

const counted = new WeakSet<object>();
/** The class of the object that owns a database. */
const owners = new WeakMap<SqlStorage, string>();

/**
 * From now on, adds the rows that the database of any Durable Object writes to `cost`. `owner` is the name of the class
 * of the object with this storage.
 */
export function countObjectRows(storage: DurableObjectStorage, owner: string): void {
  owners.set(storage.sql, owner);
  countAlarms(Object.getPrototypeOf(storage));
  const prototype: SqlStorage = Object.getPrototypeOf(storage.sql);
  if (counted.has(prototype)) return;
  counted.add(prototype);
  const exec: SqlStorage["exec"] = Reflect.get(prototype, "exec");
  const counting = function (this: SqlStorage, query: string, ...bindings: unknown[]) {
    const isScript = SCHEMA.test(query);
    const countSchema = () => Number(exec.call(this, COUNT_SCHEMA).one()["count"]);
    const before = isScript ? countSchema() : 0;
    const cursor = exec.call(this, query, ...bindings);
    if (isScript) cost.schemaRows += countSchema() - before;
    // `exec` returns after a statement has written its rows.
    const written = cursor.rowsWritten;
    if (written === 0) return cursor;
    cost.objectRowsWritten += written;
    const { rows } = exec.call(this, "SELECT changes() AS rows").one();
    addToTable(owners.get(this) ?? "?", query, written, Number(rows));
    return cursor;
  };
  Reflect.set(prototype, "exec", counting);
}

function countAlarms(prototype: object): void {
  if (counted.has(prototype)) return;
  counted.add(prototype);
  const setAlarm: DurableObjectStorage["setAlarm"] = Reflect.get(prototype, "setAlarm");
  Reflect.set(
    prototype,
    "setAlarm",
    async function counting(this: DurableObjectStorage, ...given: [number]) {
      cost.alarmsSet++;
      await setAlarm.apply(this, given);
    },
  );
}

/** From now on, adds the queries of all D1 databases, and the rows that they write, to `cost`. */
export function countD1(database: D1Database): void {
  const statement: D1PreparedStatement = Object.getPrototypeOf(database.prepare("SELECT 1"));
  if (counted.has(statement)) return;
  counted.add(statement);
  for (const name of ["all", "run", "first", "raw"] as const) {
    wrap(statement, name, (prepared) => [readQuery(prepared)]);
  }
  const databases: D1Database = Object.getPrototypeOf(database);
  wrap(databases, "batch", (_database, statements) =>
    Array.isArray(statements) ? statements.map(readQuery) : [""],
  );
}

/** Adds the queries of each call, which `list` returns, and the rows that the results report as written. */
function wrap(
  prototype: object,
  name: string,
  list: (self: unknown, argument: unknown) => string[],
): void {
  const original: (...args: unknown[]) => Promise<unknown> = Reflect.get(prototype, name);
  Reflect.set(prototype, name, async function counting(this: unknown, ...args: unknown[]) {
    const queries = list(this, args[0]);
    cost.d1Queries += queries.length;
    const outcome = await original.apply(this, args);
    for (const [index, result] of (Array.isArray(outcome) ? outcome : [outcome]).entries()) {
      const written = readMeta(result, "rows_written");
      cost.d1RowsWritten += written;
      addToTable("D1", queries[index] ?? "", written, readMeta(result, "changes"));
    }
    return outcome;
  });
}

/** Reads the text of a prepared statement of D1. */
function readQuery(prepared: unknown): string {
  if (typeof prepared !== "object" || prepared === null) return "";
  return String(Reflect.get(prepared, "statement"));
}

function readMeta(result: unknown, name: string): number {
  if (typeof result !== "object" || result === null || !("meta" in result)) return 0;
  const { meta } = result;
  return typeof meta === "object" && meta !== null ? Number(Reflect.get(meta, name) ?? 0) : 0;
}

const SCHEMA = /^\s*(--.*\s*)*(create|drop|alter)\b/i;
const COUNT_SCHEMA = "SELECT count(*) AS count FROM sqlite_master";
const STATEMENT = /^\s*(insert|update|delete)\b(?:\s+or\s+\w+)?(?:\s+(?:into|from))?\s+(\w+)/i;

function addToTable(database: string, query: string, written: number, changed: number): void {
  if (written === 0) return;
  const [, verb = "other", table = "statements"] = STATEMENT.exec(query) ?? [];
  const name = `${database}: ${verb.toLowerCase()} ${table}`;
  const entry = (cost.tables[name] ??= { rows: 0, indexEntries: 0 });
  // A statement that makes a table or an index changes no row by itself.
  const rows = Math.min(changed, written);
  entry.rows += rows;
  entry.indexEntries += written - rows;
}
