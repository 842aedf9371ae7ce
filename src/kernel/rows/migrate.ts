/** SQL statements that change the tables of a Durable Object, applied once to each object. */
export type Migration = {
  readonly id: string;
  readonly sql: string;
  /**
   * A shorter way for an object that has applied neither this migration nor those named in `instead`: `sql` has the
   * same result as all of them.
   */
  readonly fresh?: { readonly instead: readonly string[]; readonly sql: string };
};

/**
 * Applies the migrations that this object has not applied yet, in order. The list is append-only: throws if it does not
 * begin with the migrations that the object has applied.
 */
export function migrate(storage: DurableObjectStorage, migrations: readonly Migration[]): void {
  storage.transactionSync(() => {
    storage.sql.exec("CREATE TABLE IF NOT EXISTS _migrations (id TEXT PRIMARY KEY) STRICT");
    const applied = storage.sql
      .exec<{ id: string }>("SELECT id FROM _migrations ORDER BY rowid")
      .toArray();
    for (const [index, { id }] of applied.entries()) {
      if (migrations[index]?.id !== id) {
        throw new Error(
          `Migration ${id} was applied here but is not number ${index} of this build`,
        );
      }
    }
    const pending = migrations.slice(applied.length);
    const replaced = new Set(pending.flatMap((migration) => replacedBy(migration, pending)));
    for (const { id, sql, fresh } of pending) {
      const isFresh = fresh !== undefined && fresh.instead.every((other) => replaced.has(other));
      if (!replaced.has(id)) storage.sql.exec(isFresh ? fresh.sql : sql);
      storage.sql.exec("INSERT INTO _migrations (id) VALUES (?)", id);
    }
  });
}

function replacedBy({ fresh }: Migration, pending: readonly Migration[]): readonly string[] {
  const ids = new Set(pending.map(({ id }) => id));
  return fresh?.instead.every((id) => ids.has(id)) ? fresh.instead : [];
}

/**
 * Tests whether this object has ever stored anything, without writing. Objects use it to answer "not found" for an id
 * that was never created.
 */
export function isMigrated(storage: DurableObjectStorage): boolean {
  const found = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = '_migrations'");
  return found.toArray().length > 0;
}
