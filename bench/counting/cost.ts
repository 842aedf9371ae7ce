/**
 * The numbers of database rows that the service has written, in Durable Objects and in D1, and of its D1 queries.
 * Locally one isolate runs the Worker and all Durable Objects, so it can count all of them.
 */
export type Cost = { objectRowsWritten: number; d1RowsWritten: number; d1Queries: number };

/** The rows and queries that were counted since the last call of `resetCost`. */
export const cost: Cost = { objectRowsWritten: 0, d1RowsWritten: 0, d1Queries: 0 };

/** Resets the counts in `cost` to zero. */
export function resetCost(): void {
  Object.assign(cost, { objectRowsWritten: 0, d1RowsWritten: 0, d1Queries: 0 });
}

const counted = new WeakSet<object>();

/** From now on, adds the rows that any Durable Object's database writes to `cost`. */
export function countObjectRows(sql: SqlStorage): void {
  const prototype: SqlStorage = Object.getPrototypeOf(sql);
  if (counted.has(prototype)) return;
  counted.add(prototype);
  const exec: SqlStorage["exec"] = Reflect.get(prototype, "exec");
  const counting = function (this: SqlStorage, query: string, ...bindings: unknown[]) {
    const cursor = exec.call(this, query, ...bindings);
    // `exec` returns after a statement has written its rows.
    cost.objectRowsWritten += cursor.rowsWritten;
    return cursor;
  };
  Reflect.set(prototype, "exec", counting);
}

/** From now on, adds the queries of all D1 databases, and the rows that they write, to `cost`. */
export function countD1(database: D1Database): void {
  const statement: D1PreparedStatement = Object.getPrototypeOf(database.prepare("SELECT 1"));
  if (counted.has(statement)) return;
  counted.add(statement);
  for (const name of ["all", "run", "first", "raw"] as const) {
    wrap(statement, name, () => {
      cost.d1Queries++;
    });
  }
  const databases: D1Database = Object.getPrototypeOf(database);
  wrap(databases, "batch", (statements) => {
    cost.d1Queries += Array.isArray(statements) ? statements.length : 1;
  });
}

/** Calls `before` with the first argument of each call, and adds the rows that the results report as written. */
function wrap(prototype: object, name: string, before: (argument: unknown) => void): void {
  const original: (...args: unknown[]) => Promise<unknown> = Reflect.get(prototype, name);
  Reflect.set(prototype, name, async function counting(this: unknown, ...args: unknown[]) {
    before(args[0]);
    const outcome = await original.apply(this, args);
    for (const result of Array.isArray(outcome) ? outcome : [outcome]) {
      cost.d1RowsWritten += rowsWritten(result);
    }
    return outcome;
  });
}

function rowsWritten(result: unknown): number {
  if (typeof result !== "object" || result === null || !("meta" in result)) return 0;
  const { meta } = result;
  if (typeof meta !== "object" || meta === null || !("rows_written" in meta)) return 0;
  return Number(meta.rows_written);
}
