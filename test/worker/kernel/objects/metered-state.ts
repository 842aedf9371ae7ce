/** Wraps the state of a Durable Object so that the rows which its SQL reads and writes are counted. */
export function meterState(ctx: DurableObjectState) {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  const sql = {
    exec: (query: string, ...bindings: SqlStorageValue[]) => {
      const cursor = ctx.storage.sql.exec(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    },
  };
  const storage = new Proxy(ctx.storage, {
    get: (target, name) => (name === "sql" ? sql : boundMember(target, name)),
  });
  const state = new Proxy(ctx, {
    get: (target, name) => (name === "storage" ? storage : boundMember(target, name)),
  });
  /** Returns the rows read and written since the last call. */
  const take = () => {
    const taken = cursors.splice(0);
    return {
      read: taken.reduce((sum, cursor) => sum + cursor.rowsRead, 0),
      written: taken.reduce((sum, cursor) => sum + cursor.rowsWritten, 0),
    };
  };
  return { state, take };
}

/** Reads a member. Methods of runtime objects must keep their own `this`. */
function boundMember(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name, target);
  return typeof member === "function" ? member.bind(target) : member;
}
