/** The state of an object with a meter on its SQL: how many rows were read and written. */
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
  /** What was read and written since the last time. */
  const take = () => {
    const taken = cursors.splice(0);
    return {
      read: taken.reduce((sum, cursor) => sum + cursor.rowsRead, 0),
      written: taken.reduce((sum, cursor) => sum + cursor.rowsWritten, 0),
    };
  };
  return { state, take };
}

/** A method of the runtime's own objects insists on its own `this`. */
function boundMember(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name, target);
  return typeof member === "function" ? member.bind(target) : member;
}
