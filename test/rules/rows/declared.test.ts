import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { describe, it } from "vitest";

import { DECLARED, type Declared } from "./declared.ts";

const MIGRATIONS = join(import.meta.dirname, "../../../migrations");
/** A table with at most this many columns needs no declaration: a reader sees that its statements agree. */
const COLUMNS_SEEN_MAX = 3;

type Found = { readonly type: string; readonly isNullable: boolean };
type Tables = ReadonlyMap<string, ReadonlyMap<string, Found>>;

/** The tables that some migrations create, with their columns. */
function tablesAfter(migrations: readonly string[]): Tables {
  const db = new DatabaseSync(":memory:");
  for (const sql of migrations) db.exec(sql);
  const columns = db
    .prepare(
      `SELECT m.name AS "table", c.name, c.type, c."notnull" = 0 AND c.pk = 0 AS isNullable
       FROM pragma_table_list l JOIN sqlite_schema m USING (name) JOIN pragma_table_info(m.name) c
       WHERE l.type = 'table' ORDER BY m.name, c.cid`,
    )
    .all();
  const byTable = Map.groupBy(columns, ({ table }) => String(table));
  return new Map(
    Array.from(byTable, ([table, found]) => [
      table,
      new Map(
        found.map(({ name, type, isNullable }) => [
          String(name),
          { type: String(type), isNullable: isNullable === 1 },
        ]),
      ),
    ]),
  );
}

/** The indexes and triggers that some migrations leave. */
function indexesAfter(migrations: readonly string[]) {
  const db = new DatabaseSync(":memory:");
  for (const sql of migrations) db.exec(sql);
  return db
    .prepare(
      "SELECT name, tbl_name FROM sqlite_schema WHERE type IN ('index', 'trigger') ORDER BY name",
    )
    .all();
}

/** The end of the name of a file with the tables of a new object, instead of those that its migrations make. */
const FRESH = "_fresh.sql";

function filesIn(folder: string, isMeant: (file: string) => boolean): string[] {
  const files = readdirSync(join(MIGRATIONS, folder)).filter(isMeant).toSorted();
  return files.map((file) => readFileSync(join(MIGRATIONS, folder, file), "utf8"));
}

function migrationsIn(folder: string): string[] {
  return filesIn(folder, (file) => !file.endsWith(FRESH));
}

const describeColumn = ({ type, isNullable }: Found) => `${isNullable ? "nullable " : ""}${type}`;

/** The advice about each difference between a declaration and its table. */
function differences(folder: string, tables: Tables, { table, listed, undeclared }: Declared) {
  const found = tables.get(table) ?? new Map<string, Found>();
  const declared = new Map(listed.map((column) => [column.name, column]));
  const ofTable = [...found].flatMap(([name, column]) => {
    const known = declared.get(name);
    if (known === undefined) {
      return undeclared.includes(name)
        ? []
        : [
            `${table}.${name} is in migrations/${folder} and not declared: add it to columns("${table}", …), or to its list` +
              ` of undeclared columns when no row holds it.`,
          ];
    }
    const [is, said] = [describeColumn(column), describeColumn(known)];
    return is === said
      ? []
      : [`${table}.${name} is ${is} and declared as ${said}: change columns("${table}", …).`];
  });
  const ofDeclaration = [...declared.keys(), ...undeclared].flatMap((name) =>
    found.has(name)
      ? []
      : [
          `${table}.${name} is declared and no migration creates it: add a migration to migrations/${folder}, or take it out` +
            ` of columns("${table}", …).`,
        ],
  );
  return [...ofTable, ...ofDeclaration];
}

describe("the columns of a table", () => {
  it.for(readdirSync(MIGRATIONS))(
    "are declared as migrations/%s has them",
    (folder, { expect }) => {
      const tables = tablesAfter(migrationsIn(folder));
      const declarations = DECLARED[folder] ?? [];
      const known = new Set(declarations.map(({ table }) => table));
      const forgotten = [...tables].flatMap(([table, columns]) =>
        known.has(table) || columns.size <= COLUMNS_SEEN_MAX
          ? []
          : [
              `${table} of migrations/${folder} has no declaration: write columns("${table}", …) beside its statements, use it in` +
                ` them, and list it in test/rules/rows/declared.ts.`,
            ],
      );
      const different = declarations.flatMap((one) => differences(folder, tables, one));
      expect([...forgotten, ...different]).toEqual([]);
    },
  );

  it.for(["conversation", "kernel"])(
    "are the same in a new object and in one that has run every migration of %s",
    (folder, { expect }) => {
      const fresh = filesIn(folder, (file) => file.endsWith(FRESH));
      expect(tablesAfter(fresh)).toEqual(tablesAfter(migrationsIn(folder)));
      expect(indexesAfter(fresh)).toEqual(indexesAfter(migrationsIn(folder)));
    },
  );
});
