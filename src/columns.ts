/**
 * The columns of a table, declared once. The declaration gives the type of a row, the column list of SELECT and INSERT,
 * and the order in which values are bound; a test compares it with the table that the migrations create. Statements
 * stay SQL constants beside their caller: this module only writes column lists into them, once, when a module is
 * loaded. Rows stay the plain objects of the driver, so reading one costs nothing extra. Binding 19 values takes 0.4 µs
 * longer than a hand-written list; the INSERT itself takes 15 µs (10,000 rows in Node's SQLite).
 */

import { utf8Length } from "./bounds.ts";

type SqlValue = string | number | ArrayBuffer | null;

declare const VALUE: unique symbol;

/**
 * Text that holds a JSON value of type `Value`. Only the compiler knows `Value`, and any string can be assigned to this
 * type; `toJson` is the way to make one with a checked type.
 */
export type Json<Value> = string & { readonly [VALUE]?: Value };

/** A boolean as it is stored in SQLite, which has no booleans: 1 for true, 0 for false. */
export type Flag = 0 | 1;

/** The declaration of one column of a table. `Value` is the type of its values. */
export type Column<Value extends SqlValue> = {
  /** The name in SQL, or null when it is the row's key in snake case. */
  readonly name: string | null;
  readonly type: "TEXT" | "INTEGER" | "BLOB";
  readonly isNullable: boolean;
  readonly isJson: boolean;
  /** Maximum bytes of a value in UTF-8. `bind` throws beyond it; 0 for an INTEGER column. */
  readonly bytesMax: number;
  /** Carries the type `Value` for the compiler; never present at run time. */
  readonly [VALUE]?: Value;
};

/** The type of a row with the columns that `Declared` declares, as SQLite returns it and `bind` accepts it. */
export type RowOf<Declared> = Declared extends Columns<infer Row> ? Row : never;

/** Declares a TEXT column. `name` is its name in SQL, if that is not the row's key in snake case. */
export const text = <Value extends string = string>(name?: string): Column<Value> =>
  column("TEXT", name);
/** Declares an INTEGER column. `name` is its name in SQL, if that is not the row's key in snake case. */
export const integer = <Value extends number = number>(name?: string): Column<Value> =>
  column("INTEGER", name);
/**
 * Declares an INTEGER column that holds a boolean as 0 or 1. `name` is its name in SQL, if that is not the row's key in
 * snake case.
 */
export const flag = (name?: string): Column<Flag> => column("INTEGER", name);
/** Declares a BLOB column. `name` is its name in SQL, if that is not the row's key in snake case. */
export const blob = (name?: string): Column<ArrayBuffer> => column("BLOB", name);
/**
 * Declares a TEXT column that holds JSON of the type `Value`. `name` is its name in SQL, if that is not the row's key
 * in snake case. test/rules/schemas.test.ts records the shape of every such column.
 */
export const json = <Value>(name?: string): Column<Json<Value>> => ({
  ...column("TEXT", name),
  isJson: true,
  bytesMax: JSON_BYTES_MAX,
});
/** Returns a column like `inner` that may also hold NULL. */
export const nullable = <Value extends SqlValue>(inner: Column<Value>): Column<Value | null> => ({
  ...inner,
  isNullable: true,
});

/**
 * Returns a TEXT or BLOB column like `inner` whose values may have at most `bytesMax` bytes, in place of its present
 * limit.
 */
export const withBound = <Value extends SqlValue>(
  inner: Column<Value>,
  bytesMax: number,
): Column<Value> => ({ ...inner, bytesMax });

/**
 * Thrown by `Columns.bind` when a value has more bytes than its column may hold. Callers check sizes before, so this
 * error means a bug in the service, not an invalid request.
 */
export class ValueTooLarge extends Error {
  override readonly name = "ValueTooLarge";
}

/** Encodes a value as the text of a JSON column. */
export const toJson = <Value>(value: Value): Json<Value> => JSON.stringify(value);
/** Decodes the text of a JSON column. The type is not checked, since only this service writes the column. */
export const parseJson = <Value>(stored: Json<Value>): Value => JSON.parse(stored);
/** Encodes a boolean as the value of a flag column. */
export const toFlag = (value: boolean): Flag => (value ? 1 : 0);

/**
 * Declares the columns of a table. The SQL name of a column is its key in snake case, unless the column has a name of
 * its own. `undeclared` lists columns of the table that are not part of the row type, such as `deleted_at`; SQL
 * statements name them literally.
 */
export function columns<Row extends Record<string, SqlValue>>(
  table: string,
  declaration: { readonly [Key in keyof Row]: Column<Row[Key]> },
  undeclared: readonly string[] = [],
): Columns<Row> {
  const listed = Object.entries<Column<SqlValue>>(declaration).map(([key, { name, ...rest }]) => ({
    ...rest,
    key,
    name: name ?? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  }));
  return new Columns(table, listed, undeclared);
}

type Listed = Column<SqlValue> & { readonly key: string; readonly name: string };

/**
 * The columns of a table, or a selection of them. Builds the parts of SQL statements that name the columns, and encodes
 * rows as parameters. Every list is in the order of the declaration, or of the arguments of `pick`.
 */
export class Columns<Row extends Record<string, SqlValue>> {
  readonly table: string;
  readonly listed: readonly Listed[];
  readonly undeclared: readonly string[];
  /** The columns, for the list of an INSERT: `run_id, step`. */
  readonly names: string;
  /** One parameter for each column, for VALUES: `?, ?`. `bind` returns their values. */
  readonly marks: string;
  /** The assignments of an UPDATE: `run_id = ?, step = ?`. `bind` returns the values. */
  readonly assigned: string;
  /** The assignments of an upsert's DO UPDATE SET: `run_id = excluded.run_id, step = excluded.step`. */
  readonly excluded: string;
  /**
   * The columns, selected from a row of json_each whose `value` is a JSON list of the values from `bind`. It begins with
   * `value ->> 0, value ->> 1`, and is used to insert many rows with one parameter.
   */
  readonly elements: string;

  constructor(table: string, listed: readonly Listed[], undeclared: readonly string[]) {
    this.table = table;
    this.listed = listed;
    this.undeclared = undeclared;
    this.names = listed.map(({ name }) => name).join(", ");
    this.marks = listed.map(() => "?").join(", ");
    this.assigned = listed.map(({ name }) => `${name} = ?`).join(", ");
    this.elements = listed.map((_column, index) => `value ->> ${index}`).join(", ");
    this.excluded = listed.map(({ name }) => `${name} = excluded.${name}`).join(", ");
  }

  /**
   * Builds the column list of a SELECT, with the keys of the row as names: `run_id AS runId, step`, or with the table
   * alias `prefix`: `s.run_id AS runId, s.step`.
   */
  select(prefix?: string): string {
    return this.listed
      .map(({ key, name }) => (prefix === undefined ? "" : `${prefix}.`) + formatAlias(name, key))
      .join(", ");
  }

  /**
   * Returns the numbered SQL parameter of a column, such as `?2`, by which a statement whose first parameters are
   * `marks` can use the column's value a second time.
   */
  mark(key: keyof Row & string): string {
    return `?${this.#indexOf(key) + 1}`;
  }

  /**
   * Returns the values of a row for the parameters in `marks`. A missing key does not compile, nor does an unknown one
   * in an object literal. Throws if an INTEGER column gets anything but a safe integer or null. Throws `ValueTooLarge`
   * if a value has more bytes than its column may hold: a local database would store it, D1 would refuse it.
   */
  bind(row: Readonly<Row>): SqlValue[] {
    const values: SqlValue[] = [];
    for (const { key, name, type, bytesMax } of this.listed) {
      const value = row[key] ?? null;
      if (type === "INTEGER" && value !== null && !Number.isSafeInteger(value)) {
        const found = typeof value === "number" ? value : typeof value;
        throw new Error(`${this.table}.${name} must be an integer, not ${found}`);
      }
      if (isLarger(value, bytesMax)) {
        throw new ValueTooLarge(`${this.table}.${name} holds at most ${bytesMax} bytes`);
      }
      values.push(value);
    }
    return values;
  }

  /**
   * Returns the SQL expression that reads a column's value from a row of json_each, whose `value` is a JSON list of
   * values from `bind`.
   */
  element(key: keyof Row & string): string {
    return `value ->> ${this.#indexOf(key)}`;
  }

  /** Returns a selection of only the columns `keys`, in that order. */
  pick<Key extends keyof Row & string>(...keys: readonly Key[]): Columns<Pick<Row, Key>> {
    const picked = keys.flatMap((key) => this.listed.filter((one) => one.key === key));
    return new Columns(this.table, picked, this.undeclared);
  }

  /** Returns a selection of all columns except `keys`. */
  omit<Key extends keyof Row & string>(...keys: readonly Key[]): Columns<Omit<Row, Key>> {
    const omitted: ReadonlySet<string> = new Set(keys);
    const left = this.listed.filter(({ key }) => !omitted.has(key));
    return new Columns(this.table, left, this.undeclared);
  }

  #indexOf(key: string): number {
    return this.listed.findIndex((one) => one.key === key);
  }
}

function column(type: Column<SqlValue>["type"], name: string | undefined) {
  const bytesMax = BYTES_MAX[type];
  return { name: name ?? null, type, isNullable: false, isJson: false, bytesMax };
}

/**
 * Maximum bytes of a column for long text: a description, a heading, or an error message, which may quote the errors of
 * sub-workflows.
 */
export const LONG_TEXT_BYTES_MAX = 16_384;

/** The bounds of columns that state none: settings; ids and names; vectors of up to 16,384 dimensions. */
const JSON_BYTES_MAX = 131_072;
const BYTES_MAX = { TEXT: 4_096, INTEGER: 0, BLOB: 65_536 } as const;

/** Measures a text only when it may be too large: a UTF-16 code unit takes at most three bytes. */
function isLarger(value: SqlValue, bytesMax: number): boolean {
  if (typeof value === "string") {
    return value.length * 3 > bytesMax && utf8Length(value) > bytesMax;
  }
  return value instanceof ArrayBuffer && value.byteLength > bytesMax;
}

const formatAlias = (name: string, key: string) => (name === key ? name : `${name} AS ${key}`);
