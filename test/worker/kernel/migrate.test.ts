import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { type Migration, migrate } from "../../../src/kernel/rows/migrate.ts";
import { measure } from "../measure-sql.ts";

const ONE: Migration = { id: "one", sql: "CREATE TABLE one (id INTEGER PRIMARY KEY);" };
const TWO: Migration = { id: "two", sql: "ALTER TABLE one ADD COLUMN a TEXT" };
const THREE: Migration = {
  id: "three",
  sql: "ALTER TABLE one ADD COLUMN b TEXT;\n-- Has no statement after this.\n",
  fresh: {
    instead: ["two"],
    sql: "ALTER TABLE one ADD COLUMN a TEXT; ALTER TABLE one ADD COLUMN b;",
  },
};

const within = (name: string, use: (storage: DurableObjectStorage) => void | Promise<void>) =>
  runInDurableObject(env.TEST_KERNELS.getByName(name), (_object, { storage }) => use(storage));

const listApplied = ({ sql }: DurableObjectStorage) =>
  sql
    .exec<{ id: string }>("SELECT id FROM _migrations ORDER BY rowid")
    .toArray()
    .map(({ id }) => id);

const listColumns = ({ sql }: DurableObjectStorage) =>
  sql
    .exec<{ name: string }>("SELECT name FROM pragma_table_info('one')")
    .toArray()
    .map(({ name }) => name);

describe("migrations of an object", () => {
  it("are applied in one go, and later ones after them", async ({ expect }) => {
    await within("migrate", (storage) => {
      migrate(storage, [ONE]);
      expect(listApplied(storage)).toEqual(["one"]);
      migrate(storage, [ONE, TWO, THREE]);
      migrate(storage, [ONE, TWO, THREE]);
      expect(listApplied(storage)).toEqual(["one", "two three"]);
      expect(listColumns(storage)).toEqual(["id", "a", "b"]);
    });
  });

  it("are appended to those of a build that gave their table a key", async ({ expect }) => {
    await within("migrate keyed", (storage) => {
      storage.sql.exec("CREATE TABLE _migrations (id TEXT PRIMARY KEY) STRICT");
      storage.sql.exec(ONE.sql);
      storage.sql.exec("INSERT INTO _migrations (id) VALUES ('one')");
      migrate(storage, [ONE, TWO]);
      expect(listApplied(storage)).toEqual(["one", "two"]);
    });
  });

  it("are refused if the object has applied others", async ({ expect }) => {
    await within("migrate other", (storage) => {
      migrate(storage, [ONE, TWO]);
      expect(() => migrate(storage, [ONE, THREE])).toThrow("Migration two was applied here");
      expect(() => migrate(storage, [ONE])).toThrow("Migration two was applied here");
      expect(listApplied(storage)).toEqual(["one two"]);
    });
  });

  it("write one row into their record when an object is created", async ({ expect }) => {
    await within("migrate once", async (storage) => {
      const { cost } = await measure(storage, () => migrate(storage, [ONE, TWO, THREE]));
      expect(cost.written).toBe(1);
      expect(listApplied(storage)).toEqual(["one two three"]);
    });
  });

  it("leave nothing if one fails", async ({ expect }) => {
    await within("migrate failing", (storage) => {
      const broken: Migration = { id: "broken", sql: "ALTER TABLE nowhere ADD COLUMN a;" };
      expect(() => migrate(storage, [ONE, broken])).toThrow("nowhere");
      expect(
        storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'one'").toArray(),
      ).toEqual([]);
      migrate(storage, [ONE]);
      expect(listApplied(storage)).toEqual(["one"]);
    });
  });
});
