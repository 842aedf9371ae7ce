import type { DatabaseSync } from "node:sqlite";

import { ChunkTables } from "../../../durable-objects/search-shard/tables/chunk-tables.ts";
import { VectorStoreFiles } from "../../../durable-objects/vector-store/tables/attachments.ts";
import { VectorStoreTables } from "../../../durable-objects/vector-store/tables/store-tables.ts";
import type { FileId } from "../../../src/ids.ts";
import {
  forgetAttachments,
  recordAttachments,
} from "../../../src/platform/databases/attachable-files.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import { FileCatalog } from "../../../src/platform/databases/file-catalog.ts";
import { d1, objectStorage, openDatabase } from "./node-databases.ts";

const ROUNDS = 5;
/** Files of one batch, and of one page of a purge. */
const PAGE = 200;
const NOW = 1_700_000_000;
const PROJECT = "proj_many";
const STORE = "vs_many";
const FILLERS = {
  catalog: `INSERT INTO file (id, project_id, filename, purpose, bytes, sha256, corpus_shard, created_at)
    SELECT id, '${PROJECT}', 'a.md', 'assistants', 100, id, 0, ${NOW} FROM numbers`,
  catalogStores: `INSERT INTO file_store (file_id, store_id, project_id) SELECT id, '${STORE}', '${PROJECT}' FROM numbers`,
  documents: `INSERT INTO document (store_id, generation, file_id, project_id, version, filename, chunk_count, deleted)
    SELECT '${STORE}', 1, id, '${PROJECT}', n, 'a.md', 1, n % 2 FROM numbers`,
  chunks: `INSERT INTO chunk (store_id, generation, file_id, ordinal, version, id, span_start, span_end, heading, text)
    SELECT '${STORE}', 1, id, 0, n, id, 0, 9, '', 'A sentence.' FROM numbers`,
  attachments: `INSERT INTO attachment (file_id, version, status, created_at, filename, bytes, sha256, corpus_shard, attributes,
      chunk_tokens_max, overlap_tokens, shard, chunk_count)
    SELECT id, n, 'completed', ${NOW}, 'a.md', 100, id, 0, '{}', 800, 400, 0, 1 FROM numbers`,
  tombstones: `INSERT INTO tombstone (version, file_id, shard, corpus_shard, is_file_deleted, purged, deleted_at)
    SELECT 10000000 + n, id, 0, 0, 1, 2, ${NOW} FROM numbers`,
  shards: "INSERT INTO generation_shard (generation, number, chunk_count) VALUES (1, 0, 1)",
  shardFiles: `INSERT INTO file (file_id, version, filename, attributes, first_chunk, chunk_count)
    SELECT id, n, 'a.md', '{}', n, 1 FROM numbers`,
  shardChunks: `INSERT INTO chunk (number, chunk_id, file_id, length, vector, ordinal, span_start, span_end, heading, text)
    SELECT n, id, id, 2, zeroblob(64), 0, 0, 9, '', 'A sentence.' FROM numbers`,
} as const;

/** A statement, or the few of one operation; called with the number of the round. */
type Operation = (round: number) => unknown;

/** The time of the SQL statements of one operation, in milliseconds. */
export type StatementCost = { readonly name: string; readonly ms: number };

/**
 * Measures the time of the SQL statements of each operation on tables of `rows` rows, in milliseconds. The time of an
 * operation is the shortest of a few rounds.
 */
export async function timeStatements(rows: number): Promise<StatementCost[]> {
  const costs: StatementCost[] = [];
  for (const [name, operation] of Object.entries(operationsOn(rows))) {
    let ms = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      await operation(round);
      ms = Math.min(ms, performance.now() - startedAt);
    }
    costs.push({ name, ms });
  }
  return costs;
}

const fileId = (n: number): FileId => `file-${String(n).padStart(8, "0")}`;

function operationsOn(rows: number): Record<string, Operation> {
  return { ...catalogOn(rows), ...corpusOn(rows), ...storeOn(rows), ...shardOn(rows) };
}

/** Ids of the files of a round: each has its own page, from the middle of the table on. */
function pageOf(round: number, rows: number): FileId[] {
  const first = Math.floor(rows / 2) + round * Math.min(PAGE, Math.floor(rows / 20));
  return Array.from({ length: PAGE }, (_none, index) => fileId((first + index) % rows));
}

function catalogOn(rows: number): Record<string, Operation> {
  const database = openDatabase("catalog");
  fill(database, rows, [FILLERS.catalog, FILLERS.catalogStores]);
  const catalog = d1(database);
  const files = new FileCatalog(catalog);
  const list = { order: "desc", purpose: undefined, limit: 20 } as const;
  return {
    [`attach ${PAGE} files (catalog)`]: (round) =>
      recordAttachments(catalog, PROJECT, "vs_other", pageOf(round, rows), NOW),
    "list files: first page": () => files.list(PROJECT, { ...list, after: undefined }, NOW),
    "list files: last page": () => files.list(PROJECT, { ...list, after: fileId(21) }, NOW),
    "delete a file (catalog)": async (round) => {
      const id = fileId(rows - 1 - round);
      await files.markDeleted(PROJECT, id, NOW);
      await files.listStoresWithFile(PROJECT, id);
      await files.forget(PROJECT, id);
    },
    [`delete a store: ${PAGE} files (catalog)`]: (round) =>
      forgetAttachments(catalog, PROJECT, STORE, pageOf(round, rows)),
  };
}

function corpusOn(rows: number): Record<string, Operation> {
  const database = openDatabase("corpus");
  fill(database, rows, [FILLERS.documents, FILLERS.chunks]);
  const corpus = new Corpus(d1(database));
  const index = { projectId: PROJECT, storeId: STORE, generation: 1 } as const;
  const chunk = {
    id: "c",
    ordinal: 0,
    start: 0,
    end: 9,
    heading: "",
    text: "A sentence.",
    places: null,
  };
  return {
    [`ingest ${PAGE} files (corpus)`]: (round) =>
      corpus.writeDocuments(
        index,
        Array.from({ length: PAGE }, (_none, n) => ({
          fileId: fileId(rows + round * PAGE + n),
          version: rows + n,
          filename: "a.md",
          chunkCount: 1,
          chunks: [chunk],
        })),
      ),
    [`purge ${PAGE} files (corpus)`]: (round) =>
      corpus.removeDocuments(
        index,
        pageOf(round, rows).map((id) => ({ fileId: id, version: 2 * rows })),
      ),
  };
}

function storeOn(rows: number): Record<string, Operation> {
  const database = openDatabase("vector-store");
  fill(database, rows, [FILLERS.attachments, FILLERS.tombstones, FILLERS.shards]);
  const files = new VectorStoreFiles(objectStorage(database));
  const tables = new VectorStoreTables(objectStorage(database));
  const page = { limit: 20, order: "desc", after: null, before: null, status: null } as const;
  const fresh = { version: 0, status: "in_progress", aliasOf: null, warnings: null } as const;
  const state = { ...fresh, createdAt: NOW, batchId: null, isVerbatim: 0 } as const;
  const request = { filename: "a.md", bytes: 100, corpusShard: 0, attributes: {} };
  const chunking = { chunkTokensMax: 800, overlapTokens: 400 };
  return {
    "attach a file (store)": (round) => {
      const id = fileId(rows + round);
      files.find(id);
      files.twins(id);
      files.add({ ...request, chunking, fileId: id, sha256: id }, state);
    },
    "list a store's files: last page": () => files.page({ ...page, after: 21 }, null),
    "plan a search (store)": () => [tables.shards(1), tables.hidden(1)],
    [`purge ${PAGE} files (store)`]: (round) => {
      for (let n = 0; n < PAGE; n++) {
        const version = 50_000_000 + round * PAGE + n;
        const gone = { version, fileId: fileId(n), generation: 1, shard: 0, corpusShard: 0 };
        tables.addTombstone(gone, "chunks", 2, NOW);
      }
      tables.forgetPurged(NOW - 86_400);
    },
  };
}

function shardOn(rows: number): Record<string, Operation> {
  const database = openDatabase("search-shard");
  fill(database, rows, [FILLERS.shardFiles, FILLERS.shardChunks]);
  const shard = new ChunkTables(objectStorage(database), { next: () => null });
  return {
    "read 10 passages (shard)": (round) =>
      shard.passages(Array.from({ length: 10 }, (_none, n) => round + n * 7)),
    "remove a file (shard)": (round) => {
      const id = fileId(rows - 1 - round);
      const known = shard.find(id);
      if (known) shard.dropChunks({ first: known.firstChunk, count: known.chunkCount });
      shard.bury(id, 2 * rows, NOW);
      shard.forgetTombstones(0);
    },
  };
}

/** Fills tables from a list of `rows` numbers and file ids. */
function fill(database: DatabaseSync, rows: number, statements: readonly string[]): void {
  database.exec(`CREATE TEMP TABLE numbers AS
    WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < ${rows - 1})
    SELECT n, format('file-%08d', n) AS id FROM counted`);
  for (const statement of statements) database.exec(statement);
}
