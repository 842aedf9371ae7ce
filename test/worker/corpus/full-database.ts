import { env } from "cloudflare:workers";

import { COUNT_STORED_CHUNKS } from "../../fakes/count-stored-chunks.ts";

/** The corpus databases of the tests, by their numbers. */
export const CORPORA = [env.CORPUS_0, env.CORPUS_1] as const;

/** D1's words about a database at its limit. It goes on to read, to change rows in place, and to delete. */
const REFUSE = "SELECT RAISE(ABORT, 'Exceeded maximum DB size')";

/**
 * Makes a corpus database refuse every new row, as D1 does with one that is full. With `fromOrdinal`, it has room for
 * documents and for the chunks before this number of each. Undone by `makeRoom`.
 */
export async function fill(corpus: D1Database, fromOrdinal = 0): Promise<void> {
  const refuse = (table: string, when: string) =>
    corpus.prepare(
      `CREATE TRIGGER full_${table} BEFORE INSERT ON ${table} ${when} BEGIN ${REFUSE}; END`,
    );
  const chunks = refuse("chunk", `WHEN NEW.ordinal >= ${fromOrdinal}`);
  await corpus.batch([chunks, ...(fromOrdinal === 0 ? [refuse("document", "")] : [])]);
}

/**
 * Makes a corpus database that `fill` has filled refuse the row that outlives an erased generation, too, as long as it
 * has chunks of the generation. Undone by `makeRoom`.
 */
export async function fillUntilErased(corpus: D1Database): Promise<void> {
  const hasChunks = `EXISTS (SELECT 1 FROM chunk
    WHERE store_id = NEW.store_id AND generation = NEW.generation)`;
  await corpus
    .prepare(
      `CREATE TRIGGER full_erased_index BEFORE INSERT ON erased_index WHEN ${hasChunks} BEGIN ${REFUSE}; END`,
    )
    .run();
}

/** Makes the given corpus databases take rows again, and forgets in the catalog that they were full. */
export async function makeRoom(corpora: readonly D1Database[] = CORPORA): Promise<void> {
  for (const corpus of corpora) {
    const drop = (table: string) => corpus.prepare(`DROP TRIGGER IF EXISTS full_${table}`);
    await corpus.batch([drop("chunk"), drop("document"), drop("erased_index")]);
    const number = CORPORA.findIndex((one) => one === corpus);
    await env.CATALOG.prepare(
      "UPDATE corpus_shard SET full_at = NULL, stored_bytes = 0, bytes = 0 WHERE number = ?",
    )
      .bind(number)
      .run();
  }
}

/** Makes the next upload go to the corpus database `number`. */
export async function prefer(number: number): Promise<void> {
  await env.CATALOG.batch([
    env.CATALOG.prepare("INSERT OR IGNORE INTO corpus_shard (number) VALUES (0), (1)"),
    env.CATALOG.prepare("UPDATE corpus_shard SET bytes = iif(number = ?, 0, 1000000000)").bind(
      number,
    ),
  ]);
}

/** Counts the chunks of a store's live documents in each corpus database. */
export const countChunks = (storeId: string): Promise<number[]> =>
  Promise.all(
    CORPORA.map(async (corpus) =>
      Number(await corpus.prepare(COUNT_STORED_CHUNKS).bind(storeId).first("n")),
    ),
  );

/** Reads the number of the corpus database that the catalog names for a file. */
export const readAssigned = (fileId: string): Promise<unknown> =>
  env.CATALOG.prepare("SELECT corpus_shard FROM file WHERE id = ?")
    .bind(fileId)
    .first("corpus_shard");
