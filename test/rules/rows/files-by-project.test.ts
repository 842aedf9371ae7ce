import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { describe, it } from "vitest";

const CATALOG = join(import.meta.dirname, "../../../migrations/catalog");
const MIGRATION = "0022_file_by_project.sql";

/** Runs the catalog's migrations whose name satisfies `test`, in order. */
function migrate(db: DatabaseSync, test: (name: string) => boolean): void {
  for (const name of readdirSync(CATALOG).toSorted()) {
    if (test(name)) db.exec(readFileSync(join(CATALOG, name), "utf8"));
  }
}

/** A catalogue of the build before, with files of two projects: live, expiring and deleted. */
function catalogBefore(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  migrate(db, (name) => name < MIGRATION);
  db.exec("PRAGMA foreign_keys = ON");
  for (const project of ["proj_1", "proj_2"]) {
    db.exec(`INSERT INTO project (id, name, region, status, created_at)
      VALUES ('${project}', 'p', 'auto', 'active', 1)`);
    for (const [file, expires, deleted] of [
      ["a", "NULL", "NULL"],
      ["b", "90", "NULL"],
      ["c", "NULL", "80"],
    ]) {
      db.exec(`INSERT INTO file VALUES ('file-${file}-${project}', '${project}', '${file}.txt', 'assistants',
        3, 'abc', 1, 70, ${expires}, ${deleted})`);
    }
  }
  return db;
}

const readFiles = (db: DatabaseSync) => db.prepare("SELECT * FROM file ORDER BY id").all();

describe("the files of a catalogue of the build before", () => {
  it("stay as they are, in the order of their projects", ({ expect }) => {
    const db = catalogBefore();
    const before = readFiles(db);
    migrate(db, (name) => name === MIGRATION);
    migrate(db, (name) => name > MIGRATION);

    expect(before).toHaveLength(6);
    expect(readFiles(db)).toEqual(before);
    const page = db.prepare("SELECT id FROM file WHERE project_id = 'proj_2' AND id > '' LIMIT 9");
    expect(page.all().map(({ id }) => id)).toEqual(
      ["a", "b", "c"].map((file) => `file-${file}-proj_2`),
    );
    const again = "INSERT INTO file SELECT * FROM file WHERE id = 'file-a-proj_1'";
    expect(() => db.exec(again)).toThrow("UNIQUE");
  });
});
