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
 * The table of applied migrations. A row has the ids of the migrations that were applied together, with spaces between
 * them: creating an object writes one row. Objects of older builds have a row for each migration. It has no key, which
 * would be an index and cost a row more; some older objects have one.
 */
const CREATE = "CREATE TABLE _migrations (id TEXT NOT NULL) STRICT;";
const LIST = "SELECT id FROM _migrations ORDER BY rowid";
const ADD = "INSERT INTO _migrations (id) VALUES (?);";

/**
 * Applies the migrations that this object has not applied yet, in order. The list is append-only: throws if it does not
 * begin with the migrations that the object has applied.
 */
export function migrate(storage: DurableObjectStorage, migrations: readonly Migration[]): void {
  storage.transactionSync(() => {
    const isNew = !isMigrated(storage);
    const applied = isNew ? [] : listApplied(storage);
    for (const [index, id] of applied.entries()) {
      if (migrations[index]?.id !== id) {
        throw new Error(
          `Migration ${id} was applied here but is not number ${index} of this build`,
        );
      }
    }
    const pending = migrations.slice(applied.length);
    if (pending.length === 0) return;
    const scripts = [...(isNew ? [CREATE] : []), ...listScripts(pending), ADD];
    // All statements in one call; the parameter belongs to the last one (ADD).
    storage.sql.exec(scripts.join("\n"), pending.map(({ id }) => id).join(" "));
  });
}

/** Lists the ids of the migrations that an object has applied, in their order. */
function listApplied({ sql }: DurableObjectStorage): string[] {
  const rows = sql.exec<{ id: string }>(LIST).toArray();
  return rows.flatMap(({ id }) => id.split(" "));
}

/**
 * Lists the SQL scripts of the pending migrations. If a migration has a `fresh` script that applies, uses that in place
 * of the scripts that it replaces.
 */
function listScripts(pending: readonly Migration[]): string[] {
  const replaced = new Set(pending.flatMap((migration) => replacedBy(migration, pending)));
  return pending.flatMap(({ id, sql, fresh }) => {
    const isFresh = fresh !== undefined && fresh.instead.every((other) => replaced.has(other));
    return replaced.has(id) ? [] : [endStatement(isFresh ? fresh.sql : sql)];
  });
}

/** Ends a script with a semicolon, if it has none, so that another script can follow. */
const endStatement = (script: string): string =>
  /;\s*(--[^\n]*\s*)*$/.test(script) ? script : `${script}\n;`;

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
