import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The service may write while its storage is read. */
const BUSY_MS = 5_000;

/** The rows of a generation in the corpus databases of a state folder. */
export type GenerationRows = { readonly chunks: number; readonly rows: number };

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
    for (const table of isCorpus ? ["document", "chunk"] : []) {
      const row = database
        .prepare(`SELECT count(*) AS n FROM ${table} WHERE store_id = ? AND generation = ?`)
        .get(storeId, generation);
      const count = Number(row?.["n"] ?? 0);
      counted.rows += count;
      if (table === "chunk") counted.chunks += count;
    }
    database.close();
  }
  return counted;
}
