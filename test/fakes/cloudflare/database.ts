import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** Where a database was asked to be. */
export type Place = { readonly location: string | null; readonly jurisdiction: string | null };
type Description = Place & { readonly uuid: string; readonly name: string };
type Statement = { readonly sql: string; readonly params: readonly SQLInputValue[] };
type Row = Record<string, unknown>;

const isRead = (sql: string) => /^\s*(?:SELECT|PRAGMA)\b/i.test(sql);

/** A database of the account; its statements run on SQLite. */
export class FakeDatabase {
  readonly uuid: string;
  readonly name: string;
  readonly location: string | null;
  readonly jurisdiction: string | null;
  /** The statements that changed it, from which a copy is made. */
  readonly #changes: Statement[];
  #sqlite: DatabaseSync | null = null;

  constructor(description: Description, changes: readonly Statement[] = []) {
    this.uuid = description.uuid;
    this.name = description.name;
    this.location = description.location;
    this.jurisdiction = description.jurisdiction;
    this.#changes = [...changes];
  }

  /** Copies the database. SQLite repeats the changes only when the copy is used. */
  copy(): FakeDatabase {
    return new FakeDatabase(this, this.#changes);
  }

  /** The statements that changed it, to compare states. */
  get changes(): readonly Statement[] {
    return this.#changes;
  }

  #open(): DatabaseSync {
    if (this.#sqlite) return this.#sqlite;
    const sqlite = new DatabaseSync(":memory:");
    for (const change of this.#changes) execute(sqlite, change);
    this.#sqlite = sqlite;
    return sqlite;
  }

  /** Runs one statement, or several of them as one transaction, and returns the rows of a single one. */
  run(sql: string, ...params: SQLInputValue[]): Row[] {
    const statement = { sql, params };
    const rows = execute(this.#open(), statement);
    if (!isRead(sql)) this.#changes.push(statement);
    return rows;
  }

  #listTables(): string[] {
    const rows = this.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    return rows.map(({ name }) => String(name));
  }

  /** Returns true if it has the table. */
  hasTable(name: string): boolean {
    return this.#listTables().includes(name);
  }

  /** Counts the rows of each table. */
  countRows(): [table: string, rows: unknown][] {
    return this.#listTables().map((name) => {
      const [count] = this.run(`SELECT count(*) AS rows FROM "${name}"`);
      return [name, count?.["rows"]];
    });
  }
}

function execute(sqlite: DatabaseSync, { sql, params }: Statement): Row[] {
  const isOne = !sql.trim().replace(/;$/, "").includes(";");
  if (isOne) return sqlite.prepare(sql).all(...params);
  try {
    sqlite.exec(`BEGIN; ${sql.trim().replace(/;?$/, ";")} COMMIT;`);
    return [];
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec("ROLLBACK");
    throw error;
  }
}
