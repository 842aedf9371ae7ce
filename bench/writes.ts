import { z } from "zod";

import { openAI } from "../scripts/client/connect.ts";
import { fillStore, type Document } from "../scripts/client/fill-store.ts";
import { withDatabases } from "../scripts/local/databases.ts";
import { freePort } from "../scripts/local/port.ts";
import { type Service, startService } from "../scripts/local/service.ts";
import { CLIENTS } from "./ingestion.ts";

const Cost = z.object({
  objectRowsWritten: z.number(),
  d1RowsWritten: z.number(),
  d1Queries: z.number(),
});
type Cost = z.infer<typeof Cost>;

const COUNT_CHUNKS = `SELECT
  (SELECT count(*) FROM chunk) + (SELECT count(only_chunk) FROM document) AS count`;

/** The numbers of database rows and queries that ingestion, answers and searches cost. */
export type Writes = {
  readonly chunks: number;
  readonly rowsPerChunk: number;
  readonly d1RowsPerChunk: number;
  readonly rowsPerAnswer: number;
  readonly rowsPerUnstoredAnswer: number;
  readonly d1QueriesPerWarmSearch: number;
  readonly d1QueriesPerWarmAnswer: number;
};

/**
 * Counts the database rows and queries of ingestion, answers and searches. It runs the service with the entry point in
 * bench/counting, which does the counting.
 */
export async function countWrites(
  folder: string,
  documents: readonly Document[],
  questions: readonly string[],
): Promise<Writes> {
  const service = await startService({
    folder,
    port: await freePort(),
    output: "file",
    wranglerFlags: ["bench/counting/worker.ts"],
  });
  const counted = await measureCosts(service, documents, questions).finally(service.stop);
  const { ingest, stored, unstored, searches } = counted;
  const chunks = await countChunks(folder);
  return {
    chunks,
    rowsPerChunk: (ingest.objectRowsWritten + ingest.d1RowsWritten) / chunks,
    d1RowsPerChunk: ingest.d1RowsWritten / chunks,
    rowsPerAnswer: (stored.objectRowsWritten + stored.d1RowsWritten) / questions.length,
    rowsPerUnstoredAnswer: (unstored.objectRowsWritten + unstored.d1RowsWritten) / questions.length,
    d1QueriesPerWarmSearch: searches.d1Queries / questions.length,
    d1QueriesPerWarmAnswer: stored.d1Queries / questions.length,
  };
}

type Costs = Readonly<Record<"ingest" | "stored" | "unstored" | "searches", Cost>>;

/** Measures ingestion, then answers and searches that are warm. */
async function measureCosts(
  { url, secrets }: Service,
  documents: readonly Document[],
  questions: readonly string[],
): Promise<Costs> {
  const client = openAI(url, secrets.apiKey);
  const measure = async (work: () => Promise<unknown>): Promise<Cost> => {
    await fetch(`${url}/bench/cost`, { method: "DELETE" });
    await work();
    return Cost.parse(await (await fetch(`${url}/bench/cost`)).json());
  };
  let storeId = "";
  const ingest = await measure(async () => {
    const options = { storeName: "writes", clients: CLIENTS, onProgress: () => {} };
    storeId = (await fillStore(client, documents, options)).storeId;
  });
  const askAll = (kept: { readonly store: boolean }) => async () => {
    for (const input of questions) {
      const tools = [{ type: "file_search" as const, vector_store_ids: [storeId] }];
      await client.responses.create({ model: "extractive-1", input, tools, ...kept });
    }
  };
  await askAll({ store: true })();
  const stored = await measure(askAll({ store: true }));
  const unstored = await measure(askAll({ store: false }));
  const searches = await measure(async () => {
    for (const query of questions) await client.vectorStores.search(storeId, { query });
  });
  return { ingest, stored, unstored, searches };
}

/** Counts the chunks in the corpus after the service has ended, since the API does not return the number. */
async function countChunks(folder: string): Promise<number> {
  return await withDatabases(folder, async (databases) => {
    let chunks = 0;
    for (const { binding, database } of databases) {
      if (!binding.startsWith("CORPUS_")) continue;
      chunks += (await database.prepare(COUNT_CHUNKS).first<number>("count")) ?? 0;
    }
    return chunks;
  });
}
