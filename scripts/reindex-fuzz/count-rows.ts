import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The service may write while its storage is read. */
const BUSY_MS = 5_000;

/** The chunks of a generation in the corpus databases of a state folder, and the rows of its documents and chunks. */
export type GenerationRows = { readonly chunks: number; readonly rows: number };

/** A document may have its chunk in its own row. */
const COUNT = `SELECT n.documents + n.own AS rows, n.inside + n.own AS chunks FROM (
  SELECT count(*) AS documents, count(only_chunk) AS inside,
    (SELECT count(*) FROM chunk WHERE store_id = ?1 AND generation = ?2) AS own
  FROM document WHERE store_id = ?1 AND generation = ?2) AS n`;

/** Counts the rows that the corpus databases of a state folder have of a generation of a store's index. */
export function countGeneration(
  folder: string,
  storeId: string,
  generation: number,
): GenerationRows {
  const counted = { chunks: 0, rows: 0 };
  for (const path of globSync(join(folder, "v3", "d1", "*", "*.sqlite"))) {
    if (path.endsWith("metadata.sqlite")) continue;
    const database = new DatabaseSync(path, { timeout: BUSY_MS });
    const isCorpus = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'document'").get();
    const row = isCorpus ? database.prepare(COUNT).get(storeId, generation) : {};
    counted.chunks += Number(row?.["chunks"] ?? 0);
    counted.rows += Number(row?.["rows"] ?? 0);
    database.close();
  }
  return counted;
}
