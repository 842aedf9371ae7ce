import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { describe, it } from "vitest";

const FOLDER = join(import.meta.dirname, "../../../migrations/catalog");
const FILES = readdirSync(FOLDER).toSorted();

/** Creates a catalog as the build before had it, and returns a function that runs the migrations since. */
function createOld() {
  const db = new DatabaseSync(":memory:");
  const run = (files: readonly string[]) => {
    for (const file of files) db.exec(readFileSync(join(FOLDER, file), "utf8"));
  };
  run(FILES.filter((file) => file < "0015"));
  db.exec(`INSERT INTO project (id, name, region, status, created_at)
    VALUES ('proj_1', 'old', 'weur', 'active', 1)`);
  return { db, migrate: () => run(FILES.filter((file) => file >= "0015")) };
}

/** Makes the summary of a store that indexes `count` files. */
const body = (count: number) => JSON.stringify({ v: 1, fileCounts: { in_progress: count } });

describe("a catalog of the build before", () => {
  it("keeps its messages and its runs", ({ expect }) => {
    const { db, migrate } = createOld();
    db.exec(`INSERT INTO dead_letter (id, queue, project_id, body, sent_at, created_at)
      VALUES ('m1', 'edgewise-ingest-dlq', 'proj_1', '{"v":1}', 5, 7)`);
    db.exec(`INSERT INTO run (id, project_id, region, workflow, workflow_version, status, metadata,
        created_at, updated_at, version, poke_at)
      VALUES ('run_1', 'proj_1', 'weur', 'refund', 1, 'running', '{}', 1, 1, 1, 9)`);

    migrate();

    expect(db.prepare("SELECT id, body FROM dead_letter").all()).toEqual([
      { id: "m1", body: '{"v":1}' },
    ]);
    expect(db.prepare("SELECT poke_at FROM run").all()).toEqual([{ poke_at: 9 }]);
    expect(db.prepare("SELECT id FROM job_letter").all()).toEqual([]);
  });

  it("has its live schedules called once", ({ expect }) => {
    const { db, migrate } = createOld();
    const add = db.prepare("INSERT INTO schedule VALUES (?, 'proj_1', ?, 1, 1, '{}')");
    add.run("sched_live", 0);
    add.run("sched_deleted", 1);

    migrate();

    expect(db.prepare("SELECT id, poke_at FROM schedule ORDER BY id").all()).toEqual([
      { id: "sched_deleted", poke_at: null },
      { id: "sched_live", poke_at: 0 },
    ]);
  });

  it("has its stores looked at that were indexing or erasing", ({ expect }) => {
    const { db, migrate } = createOld();
    const add = db.prepare("INSERT INTO vector_store VALUES (?, 'proj_1', ?, 1, ?)");
    add.run("vs_indexing", 0, body(3));
    add.run("vs_idle", 0, body(0));
    add.run("vs_deleted", 1, body(0));

    migrate();

    const rows = db.prepare("SELECT id, kind, region, poke_at FROM open_work ORDER BY id").all();
    expect(rows).toEqual([
      { id: "vs_deleted", kind: "store", region: "weur", poke_at: 0 },
      { id: "vs_indexing", kind: "store", region: "weur", poke_at: 0 },
    ]);
  });
});
