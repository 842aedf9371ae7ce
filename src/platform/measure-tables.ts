import {
  formatKey,
  ROWS_UNKNOWN,
  type SearchedKey,
  type Statistics,
} from "../workflow/steps/sql-query/check-work.ts";
import type { SchemaRow } from "../workflow/steps/sql-query/program.ts";

/** Larger tables are not counted, so that the count itself stays cheap. */
const COUNTED_MAX = 1_000_000;
/** D1 allows 100 columns in a result. */
const COLUMNS_MAX = 99;

/**
 * Measures the tables that a SQL query of a workflow step reads, to estimate the query's work before it runs. The
 * queries that measure are cheap themselves.
 */
export class TableMeasure {
  readonly #db: D1Database;
  readonly #schema: readonly SchemaRow[];

  constructor(db: D1Database, schema: readonly SchemaRow[]) {
    this.#db = db;
    this.#schema = schema;
  }

  /**
   * Returns an upper bound of each table's number of rows: the length of the range of its row ids, which takes two
   * index lookups. `rootPages` identifies the tables by their root pages in the database file.
   */
  async readRanges(rootPages: readonly number[]): Promise<Pick<Statistics, "rows">> {
    const tables = this.#tables(rootPages).filter(({ sql }) => hasRowIds(sql));
    const ranges = await this.#readNumbers(
      tables.map(({ name }) => {
        const table = quote(name);
        return `SELECT (SELECT max(_rowid_) FROM ${table}) - (SELECT min(_rowid_) FROM ${table}) + 1 AS n`;
      }),
    );
    return { rows: this.#spread(new Map(tables.map(({ name }, at) => [name, ranges[at] ?? 0]))) };
  }

  /**
   * Counts the rows of the tables at `rootPages`, the largest number of rows that share a value of a key in `keys`, and
   * the bytes of the longest value. `longestValue` is null if finding it would be too expensive.
   */
  async count(
    rootPages: readonly number[],
    keys: readonly SearchedKey[],
  ): Promise<Omit<Statistics, "longestValue"> & { readonly longestValue: number | null }> {
    const tables = this.#tables(rootPages);
    const columns = await this.#readEach<{ name: string }>(
      LIST_COLUMNS,
      tables.map(({ name }) => name),
    );
    const measures = await this.#readRows<Record<string, number | null> & { n: number }>(
      tables.map(({ name }, at) => {
        const lengths = (columns[at] ?? []).map(
          (column, number) => `, max(octet_length(${quote(column.name)})) AS c${number}`,
        );
        const most = lengths.slice(0, COLUMNS_MAX).join("");
        return `SELECT count(*) AS n${most} FROM (SELECT * FROM ${quote(name)} LIMIT ${COUNTED_MAX + 1})`;
      }),
    );
    const counted = measures.map(({ n }) => (n > COUNTED_MAX ? ROWS_UNKNOWN : n));
    const small = new Set(
      tables.flatMap(({ name }, at) => (counted[at] === ROWS_UNKNOWN ? [] : [name])),
    );
    const isWhole =
      small.size === tables.length && columns.every(({ length }) => length <= COLUMNS_MAX);
    const lengths = measures.flatMap(({ n: _rows, ...longest }) => Object.values(longest));
    return {
      rows: this.#spread(
        new Map(tables.map(({ name }, at) => [name, counted[at] ?? ROWS_UNKNOWN])),
      ),
      rowsOfKey: await this.#countKeys(keys, small),
      longestValue: isWhole ? Math.max(0, ...lengths.map((bytes) => bytes ?? 0)) : null,
    };
  }

  async #countKeys(
    keys: readonly SearchedKey[],
    small: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, number>> {
    const owned = keys.flatMap((key) => {
      const row = this.#schema.find(({ rootpage }) => rootpage === key.rootPage);
      return row?.type === "index" && small.has(row.table) ? [{ key, row }] : [];
    });
    const columns = await this.#readEach<{ name: string | null; coll: string }>(
      LIST_KEY,
      owned.map(({ row }) => row.name),
    );
    const known = owned.flatMap(({ key, row }, at) => {
      const searched = (columns[at] ?? []).slice(0, key.columns);
      // A column without a name is an expression: the most rows with one key stay unknown.
      const isNamed = searched.length === key.columns && searched.every(({ name }) => name);
      const names = searched.map(({ name, coll }) => `${quote(name ?? "")} COLLATE ${quote(coll)}`);
      return isNamed && !isPartial(row) ? [{ key, row, columns: names.join(", ") }] : [];
    });
    const counts = await this.#readNumbers(
      known.map(
        ({ row, columns: searched }) =>
          `SELECT max(n) AS n FROM (SELECT count(*) AS n FROM ${quote(row.table)} GROUP BY ${searched})`,
      ),
    );
    return new Map(known.map(({ key }, at) => [formatKey(key), counts[at] ?? 0]));
  }

  /** Finds the tables of root pages, each once. */
  #tables(rootPages: readonly number[]): readonly SchemaRow[] {
    const pages = new Set(rootPages);
    const names = new Set(
      this.#schema.flatMap(({ rootpage, table }) => (pages.has(rootpage ?? 0) ? [table] : [])),
    );
    return this.#schema.filter(({ type, name }) => type === "table" && names.has(name));
  }

  /** Gives the rows of tables to their own root pages and to those of their indexes. */
  #spread(byTable: ReadonlyMap<string, number>): ReadonlyMap<number, number> {
    return new Map(
      this.#schema.flatMap(({ rootpage, table }) => {
        const rows = byTable.get(table);
        return rows === undefined || rootpage === null ? [] : [[rootpage, rows] as const];
      }),
    );
  }

  /** Runs the same query for several names. */
  async #readEach<Row>(query: string, names: readonly string[]): Promise<Row[][]> {
    if (names.length === 0) return [];
    const results = await this.#db.batch<Row>(
      names.map((name) => this.#db.prepare(query).bind(name)),
    );
    return results.map((result) => result.results);
  }

  async #readNumbers(queries: readonly string[]): Promise<number[]> {
    const rows = await this.#readRows<{ n: number | null }>(queries);
    return rows.map(({ n }) => n ?? 0);
  }

  async #readRows<Row>(queries: readonly string[]): Promise<Row[]> {
    if (queries.length === 0) return [];
    const results = await this.#db.batch<Row>(queries.map((query) => this.#db.prepare(query)));
    return results.flatMap((result) => result.results.slice(0, 1));
  }
}

const LIST_COLUMNS = "SELECT name FROM pragma_table_xinfo(?)";
const LIST_KEY = "SELECT name, coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno";

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Tests that a table has row ids, and no column of the name by which they are read. */
const hasRowIds = (sql: string | null) =>
  sql !== null && !/without\W+rowid|_rowid_/i.test(sql.replace(/\/\*[^]*?\*\/|--[^\n]*/g, " "));

const isPartial = ({ type, sql }: SchemaRow) => type === "index" && /\bwhere\b/i.test(sql ?? "");
