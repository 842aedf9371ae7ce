type Row = Record<string, SqlStorageValue>;
type Exec = (
  this: SqlStorage,
  query: string,
  ...bindings: SqlStorageValue[]
) => SqlStorageCursor<Row>;

/** The SQL statements that a call has executed, and the rows that they have written, deleted ones and index entries too. */
type SqlCost = { readonly statements: number; readonly written: number };

/** Counts the SQL statements that `call` executes before it returns a value or a promise, and the rows they write. */
export async function measure<Value>(
  { sql }: DurableObjectStorage,
  call: () => Value | Promise<Value>,
): Promise<{ cost: SqlCost; value: Value }> {
  const cursors: SqlStorageCursor<Row>[] = [];
  // One prototype serves all objects of the isolate, but none of the others runs until `call` returns.
  const prototype: object = Object.getPrototypeOf(sql);
  const exec: Exec = Reflect.get(prototype, "exec");
  const counted: Exec = function (...given) {
    const cursor = exec.apply(this, given);
    cursors.push(cursor);
    return cursor;
  };
  Reflect.set(prototype, "exec", counted);
  let value: Value | Promise<Value>;
  try {
    value = call();
  } finally {
    Reflect.set(prototype, "exec", exec);
  }
  const written = cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
  return { cost: { statements: cursors.length, written }, value: await value };
}
