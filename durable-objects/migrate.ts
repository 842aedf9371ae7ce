export type Migration = { id: string; sql: string };

/** Applies the migrations this object has not run, in order. The list is append-only. */
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
    for (const { id, sql } of migrations.slice(applied.length)) {
      storage.sql.exec(sql);
      storage.sql.exec("INSERT INTO _migrations (id) VALUES (?)", id);
    }
  });
}

/** Whether this object has ever been created; asking writes nothing. */
export function isMigrated(storage: DurableObjectStorage): boolean {
  const found = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = '_migrations'");
  return found.toArray().length > 0;
}
