import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

const MIGRATIONS = join(import.meta.dirname, "../../../migrations");
const ROWS = 20_000;

/** Tables with one row, or with one row for something that an operator or the deployment bounds. */
const SMALL = new Set([
  "block", // at most 64 MB of an embedding cache, in rows of 128 KB
  "tally", // one row
  "conversation", // one row: the object is one conversation
  "damaged_file", // the files that have lost vectors, until they are indexed again
  "followed", // one row
  "analyzer", // one row
  "follower", // one row
  "shard_follower", // at most ten for each search shard of one store
  "corpus_shard", // a row for each D1 database that is bound
  "dense_placement", // a row for each generation of one store
  "ingest_workflow", // one row
  "merge", // one row
  "mutation", // at most 64 are open at a time
  "mutation_part", // the parts of these
  "placement", // one row
  "reconciliation", // one row
  "run_frame", // one row: the object is one run
  "segment", // seven for each power of eight of a shard's chunks
  "asked_questions", // one row
  "generation_shard", // a row for each search shard of one store, in two generations
  "reindex", // one row
  "staged_part", // the parts of long files that are being written
  "store", // one row
  "unindexed", // one row
  "writer", // one row
  "waiting_turn", // at most 8 responses, and the definitions of their workflows
]);
/** One row in the object of a schedule, one for each schedule in CATALOG. */
const isSmall = (folder: string, table: string) =>
  SMALL.has(table) || (folder === "schedule" && table === "schedule");

/** The distribution of the values of a column over the rows 1 … n, where it is not one value for each row. */
const SPREAD: Readonly<Record<string, string>> = {
  project_id: "'proj_' || (n % 2)",
  store_id: "'vs_' || (n % 2)",
  generation: "1",
  region: "'auto'",
  is_deleted: "n % 20 = 0",
  deleted: "n % 20 = 0",
  folded: "1",
  side: "'input'",
  form: "'passage'",
  in_conversation: "n % 2",
  status: "CASE WHEN n % 100 = 0 THEN 'in_progress' ELSE 'completed' END",
  purged: "n % 3",
  copy_state: "CASE WHEN n % 1000 = 0 THEN 'waiting' END",
  is_file_deleted: "n % 2",
  phase: "CASE WHEN n % 10 = 0 THEN 'ready' ELSE 'completed' END",
  queue: "'1:step@' || (n % 4)",
  purpose: "'assistants'",
  kind: "'sql_table'",
  run_id: "'run_' || (n / 1000)",
  root_run: "'run_' || (n / 1000)",
  batch_id: "'batch_' || (n / 500)",
  response_id: "'resp_' || (n / 4)",
  workflow: "'workflow_' || (n % 10)",
  "workflow.name": "'workflow_' || (n / 50)",
  "kernel_signal.name": "'signal_' || (n % 4)",
  "kernel_pin.workflow": "'workflow_' || n",
  "project_secret.project_id": "'proj_' || (n / 50)",
  "project_grant.project_id": "'proj_' || (n / 50)",
  "start.run_id": "'run_' || n",
  "trigger_key.run_id": "'run_' || n",
  "erased_index.store_id": "'vs_' || n",
  "corpus/chunk.file_id": "'file_' || (n / 8)",
  "search-shard/chunk.file_id": "'file_' || (n / 8)",
  vector: "zeroblob(8)",
  "segment_part.segment": "n / 1000",
  "segment_part.kind": "n % 2",
  "segment_part.first_key": "CAST('key_' || n AS BLOB)",
  "segment_part.bytes": "zeroblob(8)",
  "vector_block.bytes": "zeroblob(8)",
  "code_block.bytes": "zeroblob(8)",
  "code_state.mean": "zeroblob(8)",
  "removal.bits": "zeroblob(512)",
};

/** A database in memory with many rows. */
export type FilledDatabase = {
  readonly db: DatabaseSync;
  /** The names of the tables that grow with use, which have 20,000 rows each. */
  readonly growing: ReadonlySet<string>;
};

/** Makes a database from the migrations in a folder, with 20,000 rows in every table that grows with use. */
export function fillDatabase(folder: string): FilledDatabase {
  const db = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  for (const sql of migrationsIn(folder)) db.exec(sql);
  db.exec("PRAGMA ignore_check_constraints = ON");
  const tables = db
    .prepare("SELECT name, type FROM pragma_table_list WHERE schema = 'main'")
    .all()
    .map(({ name, type }) => ({ name: String(name), type: String(type) }))
    .filter(({ name }) => !name.startsWith("sqlite_"));
  const growing = new Set<string>();
  for (const { name, type } of tables) {
    if (type === "virtual") growing.add(name);
    if (type !== "table" || isSmall(folder, name)) continue;
    growing.add(name);
    fillTable(db, folder, name);
  }
  if (growing.has("posting")) {
    db.exec("INSERT INTO posting (rowid, terms) SELECT number, 'every t' || number FROM chunk");
  }
  return { db, growing };
}

function fillTable(db: DatabaseSync, folder: string, table: string): void {
  const columns = db
    .prepare(`SELECT name, type, "notnull" AS needed, pk FROM pragma_table_info(?)`)
    .all(table)
    .map((column) => ({ ...column, name: String(column["name"]) }));
  const values = columns.map(({ name, ...column }) => {
    const { type, needed, pk }: Record<string, SQLOutputValue> = column;
    const spread =
      SPREAD[`${folder}/${table}.${name}`] ?? SPREAD[`${table}.${name}`] ?? SPREAD[name];
    if (spread !== undefined) return spread;
    const value = type === "INTEGER" ? "n" : `'${name}_' || n`;
    return needed === 1 || pk !== 0 ? value : `CASE WHEN n % 10 = 0 THEN ${value} END`;
  });
  db.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS})
    INSERT INTO ${table} (${columns.map(({ name }) => name).join(", ")})
    SELECT ${values.join(", ")} FROM numbers`);
}

function migrationsIn(folder: string): string[] {
  const files = readdirSync(join(MIGRATIONS, folder)).toSorted();
  const applied = files.filter((file) => !file.endsWith("_fresh.sql"));
  return applied.map((file) => readFileSync(join(MIGRATIONS, folder, file), "utf8"));
}
