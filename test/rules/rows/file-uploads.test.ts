import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { describe, it } from "vitest";

const CATALOG = join(import.meta.dirname, "../../../migrations/catalog");
const BEFORE = "0010_project_settings.sql";

/** A catalogue as the build before the records of uploads left it, with a file and its store. */
function catalogBefore(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const name of readdirSync(CATALOG).toSorted()) {
    if (name <= BEFORE) db.exec(readFileSync(join(CATALOG, name), "utf8"));
  }
  db.exec(`INSERT INTO project (id, name, region, status, created_at) VALUES ('proj_1', 'p', 'auto', 'active', 1);
    INSERT INTO file (id, project_id, filename, purpose, bytes, sha256, corpus_shard, created_at)
      VALUES ('file-1', 'proj_1', 'a.txt', 'assistants', 3, 'abc', 0, 1);
    INSERT INTO file_store (file_id, store_id, project_id) VALUES ('file-1', 'vs_1', 'proj_1')`);
  return db;
}

describe("a catalogue of the build before", () => {
  it("opens with its files, and without records of uploads", ({ expect }) => {
    const db = catalogBefore();
    const read = () => [
      db.prepare("SELECT * FROM file").all(),
      db.prepare("SELECT * FROM file_store").all(),
    ];
    const before = read();
    for (const name of readdirSync(CATALOG).toSorted()) {
      if (name > BEFORE) db.exec(readFileSync(join(CATALOG, name), "utf8"));
    }

    expect(read()).toEqual(before);
    expect(db.prepare("SELECT * FROM file_upload").all()).toEqual([]);
    // All its objects are still to be checked by the sweep.
    const swept = db.prepare("SELECT swept_to AS upTo, swept_at AS at FROM project").all();
    expect(swept).toEqual([{ upTo: "", at: 0 }]);
  });
});
