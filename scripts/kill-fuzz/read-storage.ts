import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The service may write while its storage is read. */
const BUSY_MS = 5_000;

/**
 * For each file, by its id: the number of stored chunks, and the number of distinct chunks. These numbers differ if
 * chunks are stored twice.
 */
export type ChunkCounts = ReadonlyMap<
  string,
  { readonly chunks: number; readonly distinct: number }
>;

/**
 * Counts the chunks of each file in the corpus databases of a state folder. `expected` is, for each file that is not
 * deleted, the number of chunks that its row states.
 */
export function readCorpus(folder: string): { counts: ChunkCounts; expected: Map<string, number> } {
  const expected = new Map<string, number>();
  const rows = databases(folder, "d1/*").flatMap((database) => {
    if (!hasTable(database, "document")) return [];
    const documents = database
      .prepare("SELECT file_id, chunk_count FROM document WHERE deleted = 0")
      .all();
    for (const row of documents) expected.set(String(row["file_id"]), Number(row["chunk_count"]));
    return countChunks(database, STORED);
  });
  return { counts: sum(rows), expected };
}

/** Counts the chunks of each file in the search shards of a state folder. */
export function readShards(folder: string): ChunkCounts {
  const shards = databases(folder, "do/*SearchShardObject");
  return sum(
    shards.flatMap((shard) => (hasTable(shard, "chunk") ? countChunks(shard, "chunk") : [])),
  );
}

type Row = { readonly fileId: string; readonly chunks: number; readonly distinct: number };

function databases(folder: string, pattern: string): DatabaseSync[] {
  const files = globSync(join(folder, "v3", pattern, "*.sqlite"));
  return files
    .filter((file) => !file.endsWith("metadata.sqlite"))
    .map((file) => new DatabaseSync(file, { timeout: BUSY_MS }));
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(name) !== undefined;
}

/** The chunks of a corpus database: in rows of their own, and in those of documents. */
const STORED = `(SELECT file_id, ordinal FROM chunk
  UNION ALL SELECT file_id, only_chunk ->> 0 FROM document WHERE only_chunk IS NOT NULL)`;

/** Counts the chunks of each file in `source`, a table or a query. */
function countChunks(database: DatabaseSync, source: string): Row[] {
  const rows = database
    .prepare(
      `SELECT file_id, count(*) AS chunks, count(DISTINCT ordinal) AS keys FROM ${source} GROUP BY file_id`,
    )
    .all();
  return rows.map((row) => ({
    fileId: String(row["file_id"]),
    chunks: Number(row["chunks"]),
    distinct: Number(row["keys"]),
  }));
}

function sum(rows: readonly Row[]): ChunkCounts {
  const counts = new Map<string, { chunks: number; distinct: number }>();
  for (const { fileId, chunks, distinct } of rows) {
    const before = counts.get(fileId) ?? { chunks: 0, distinct: 0 };
    counts.set(fileId, {
      chunks: before.chunks + chunks,
      distinct: Math.max(before.distinct, distinct),
    });
  }
  return counts;
}
