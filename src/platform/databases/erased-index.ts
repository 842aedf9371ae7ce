import type { CorpusIndex } from "../../ingest/corpus-types.ts";
import { giveTurn } from "../../ingest/slices.ts";
import { classifyFailure } from "../failure.ts";

/** The condition on a generation (?1, ?2) that it was not erased: nothing else is written. */
export const IS_KEPT =
  "NOT EXISTS (SELECT 1 FROM erased_index WHERE store_id = ?1 AND generation = ?2)";
const COUNT_CHUNKS = "SELECT count(*) AS count FROM chunk WHERE store_id = ? AND generation = ?";
/** A document may have its chunk in its own row. */
const COUNT_DOCUMENTS = `SELECT count(*) AS count, count(only_chunk) AS chunks FROM document
  WHERE store_id = ? AND generation = ?`;
/** From now on no document of the generation is stored, and so no chunk. */
const REFUSE_WRITES = `INSERT INTO erased_index (store_id, generation, erased_at) VALUES (?, ?, ?)
  ON CONFLICT (store_id, generation) DO NOTHING`;
const FORGET_ERASED = `DELETE FROM erased_index WHERE (store_id, generation) IN (
  SELECT store_id, generation FROM erased_index
  WHERE erased_at < ? ORDER BY erased_at LIMIT 100)`;
const DROP_DOCUMENTS = `DELETE FROM document WHERE store_id = ?1 AND generation = ?2
  AND file_id IN (
    SELECT file_id FROM document WHERE store_id = ?1 AND generation = ?2 LIMIT ?3)`;
const DROP_CHUNKS = `DELETE FROM chunk WHERE store_id = ?1 AND generation = ?2
  AND (file_id, ordinal) IN (
    SELECT file_id, ordinal FROM chunk WHERE store_id = ?1 AND generation = ?2 LIMIT ?3)`;
/** Rows that are deleted in one transaction, in about 20 ms locally. */
export const DROPPED_A_BATCH = 2_000;
/** A refusal must outlive every write that it is for. Queues keep a message for at most 14 days. */
const REFUSED_SECONDS = 30 * 86_400;

/** The numbers of rows and of chunks among them. */
type Counted = { readonly rows: number; readonly chunks: number };

/**
 * Deletes all documents and chunks of an index generation from a corpus database, in several transactions if there are
 * many. Writes of the generation that come later change nothing. It may be repeated. `now` is in Unix seconds.
 */
export async function eraseRows(
  database: D1Database,
  { storeId, generation }: CorpusIndex,
  now: number,
): Promise<void> {
  const refuse = [
    database.prepare(FORGET_ERASED).bind(now - REFUSED_SECONDS),
    database.prepare(REFUSE_WRITES).bind(storeId, generation, now),
  ];
  const drop = (sql: string) => database.prepare(sql).bind(storeId, generation, DROPPED_A_BATCH);
  const [dropDocuments, dropChunks] = [drop(DROP_DOCUMENTS), drop(DROP_CHUNKS)];
  try {
    await database.batch(refuse);
  } catch (error) {
    if (classifyFailure(error) !== "full") throw error;
    // A full database makes room first.
    await runToEnd(dropDocuments);
    await runToEnd(dropChunks);
    await database.batch(refuse);
  }
  // The chunks last: one that comes late is stored only while its document is there.
  await runToEnd(dropDocuments);
  await runToEnd(dropChunks);
}

/** Repeats a statement that deletes at most `DROPPED_A_BATCH` rows, until none is left that it could delete. */
export async function runToEnd(drop: D1PreparedStatement): Promise<void> {
  for (let dropped = DROPPED_A_BATCH; dropped >= DROPPED_A_BATCH;) {
    dropped = (await drop.run()).meta.changes;
    await giveTurn();
  }
}

/** Counts the documents, tombstones included, and the chunks that a corpus database has of an index generation. */
export async function countRows(
  database: D1Database,
  { storeId, generation }: CorpusIndex,
): Promise<Counted> {
  type Row = { readonly count: number; readonly chunks?: number };
  const [chunks, documents] = await database.batch<Row>(
    [COUNT_CHUNKS, COUNT_DOCUMENTS].map((sql) => database.prepare(sql).bind(storeId, generation)),
  );
  const chunkRows = chunks?.results[0]?.count ?? 0;
  const { count = 0, chunks: inDocuments = 0 } = documents?.results[0] ?? {};
  return { chunks: chunkRows + inDocuments, rows: chunkRows + count };
}
