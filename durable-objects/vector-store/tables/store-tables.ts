import {
  columns,
  flag,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toFlag,
  toJson,
} from "../../../src/columns.ts";
import type { FileId, ProjectId, VectorStoreId } from "../../../src/ids.ts";
import type { ShardSize } from "../../../src/knowledge/choose-shard.ts";
import { type Chunking, CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import type { Metadata } from "../../../src/knowledge/metadata.ts";
import type { GenerationSettings } from "../../../src/knowledge/reindex/generation.ts";
import type { Region, Scope } from "../../../src/knowledge/scope.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { StorePhase, StoreState } from "../../../src/knowledge/store-view.ts";
import type { StoreInit } from "../../../src/knowledge/vector-store-types.ts";
import { FIRST_ANALYZER } from "../../../src/retrieval/analysis/analyzer.ts";
import { COUNT_CHUNKS, FORGET_SHARDS, LIST_SHARDS } from "./generation-shard.ts";
import { PlacementTable } from "./placement-table.ts";
import { ShardFollowerTable } from "./shard-follower-table.ts";

/** The columns of the table with the store's own row. */
export const STORE = columns(
  "store",
  {
    id: text<VectorStoreId>(),
    projectId: text<ProjectId>(),
    region: text<Region>(),
    name: text(),
    metadata: json<Metadata>(),
    phase: text<StorePhase>(),
    createdAt: integer(),
    lastActiveAt: integer(),
    expiresDays: nullable(integer()),
    embeddingModel: text(),
    generation: integer(),
    contentVersion: integer(),
    lastVersion: integer(),
    version: integer(),
    summaryDue: nullable(integer()),
    in_progress: integer(),
    completed: integer(),
    failed: integer(),
    cancelled: integer(),
    usageBytes: integer(),
    /** The generation beside the serving one, which gets the same writes and deletes; null without one. */
    otherGeneration: nullable(integer()),
    /** The highest number that a generation of the store has had. */
    lastGeneration: integer(),
    /** The settings of the serving generation, besides `embeddingModel`. A null chunking is that of the build. */
    analyzer: integer(),
    autoChunking: nullable(json<Chunking>()),
    /** The usage in the other generation, as `usageBytes` is in the serving one. */
    otherUsageBytes: integer(),
  },
  ["singleton"],
);
/** The store's own row. A transaction changes it in memory and writes it once at its end. */
export type StoreRow = RowOf<typeof STORE>;

/**
 * The columns of the table of tombstones: files whose chunks must be purged, or that were deleted. `purged` is 0, then
 * 1 when the chunks are removed from the search shards, then 2 when they are removed from the corpus databases.
 */
export const TOMBSTONE = columns("tombstone", {
  version: integer(),
  fileId: text<FileId>(),
  /** The generation whose copy of the chunks is to be purged. */
  generation: integer(),
  shard: nullable(integer<SearchShardNumber>()),
  corpusShard: nullable(integer<CorpusShardNumber>()),
  isFileDeleted: flag(),
  purged: integer(),
  deletedAt: integer(),
});
const REMOVAL = TOMBSTONE.pick("version", "fileId", "generation", "shard", "corpusShard");
/** The columns of a tombstone by which the chunks of its file are found in the search shards and corpus databases. */
export type Tombstone = RowOf<typeof REMOVAL>;

/**
 * The thing that a tombstone stands for: the chunks of a detached file, which must be purged, or a deleted file, which
 * must not be attached again.
 */
export type Gone = "chunks" | "file";

const READ_STORE = `SELECT ${STORE.select()} FROM store`;
const SAVE_STORE = `INSERT OR REPLACE INTO store (${STORE.names}, singleton) VALUES (${STORE.marks}, 1)`;
const DEFER_SUMMARY = "UPDATE store SET summary_due = ?";
const ADD_TOMBSTONE = `INSERT INTO tombstone (${TOMBSTONE.names}) VALUES (${TOMBSTONE.marks})`;
const LIST_TOMBSTONES = `SELECT ${REMOVAL.select()} FROM tombstone
  WHERE purged = ? AND purged < 2 ORDER BY version LIMIT ?`;
const LIST_HIDDEN = `SELECT DISTINCT file_id AS fileId FROM tombstone
  WHERE purged = 0 AND purged < 2 AND generation = ?`;
const LIST_PURGING = "SELECT DISTINCT file_id AS fileId FROM tombstone WHERE purged < 2";
const IS_FILE_DELETED = "SELECT 1 FROM tombstone WHERE file_id = ? AND is_file_deleted = 1";
const IS_PURGING = "SELECT 1 FROM tombstone WHERE purged < 2 LIMIT 1";
const IS_PURGING_GENERATION = `SELECT 1 FROM tombstone
  WHERE purged < 2 AND generation = ? LIMIT 1`;
const MARK_PURGED = `UPDATE tombstone SET purged = ?1
  WHERE version IN (SELECT value FROM json_each(?2))`;
const FORGET_DETACHED = "DELETE FROM tombstone WHERE purged = 2 AND is_file_deleted = 0";
const FORGET_DELETED =
  "DELETE FROM tombstone WHERE purged = 2 AND is_file_deleted = 1 AND deleted_at < ?";

/** Reads and writes the tables of a store, of its shards and of tombstones. It makes no decisions. */
export class VectorStoreTables {
  readonly placements: PlacementTable;
  readonly followers: ShardFollowerTable;
  readonly #sql: SqlStorage;
  #serving: number | null = null;

  constructor(sql: SqlStorage) {
    this.placements = new PlacementTable(sql);
    this.followers = new ShardFollowerTable(sql);
    this.#sql = sql;
  }

  /** Reads the store's own row. Throws if the store was never created. */
  readStore(): StoreRow {
    return this.#sql.exec<StoreRow>(READ_STORE).one();
  }

  /** Writes the store's own row. */
  saveStore(row: StoreRow): void {
    this.#sql.exec(SAVE_STORE, ...STORE.bind(row));
    this.#serving = row.generation;
  }

  /** Returns the number of the generation that serves, which is kept in memory: each file that is read needs it. */
  serving(): number {
    this.#serving ??= this.readStore().generation;
    return this.#serving;
  }

  /** Sets when the summary is written to D1, in milliseconds since the epoch; null if D1 has its newest version. */
  deferSummary(due: number | null): void {
    this.#sql.exec(DEFER_SUMMARY, due);
  }

  /** Lists the search shards of a generation with their numbers of chunks. */
  shards(generation: number): ShardSize[] {
    type Row = { number: SearchShardNumber; chunkCount: number };
    return this.#sql.exec<Row>(LIST_SHARDS, generation).toArray();
  }

  /** Adds `change`, which may be negative, to the number of chunks of a shard. A new shard gets a row. */
  countChunks(generation: number, shard: SearchShardNumber, change: number): void {
    this.#sql.exec(COUNT_CHUNKS, generation, shard, change);
  }

  /** Deletes the rows of the shards of an erased generation. */
  forgetShards(generation: number): void {
    this.#sql.exec(FORGET_SHARDS, generation);
  }

  /**
   * Adds a tombstone: `purged` is 0 if the file has chunks to purge, 1 if only a corpus database has some, 2 if there
   * are none. `now` is in Unix seconds.
   */
  addTombstone(tombstone: Tombstone, gone: Gone, purged: 0 | 1 | 2, now: number): void {
    const isFileDeleted = toFlag(gone === "file");
    const row = { ...tombstone, isFileDeleted, purged, deletedAt: now };
    this.#sql.exec(ADD_TOMBSTONE, ...TOMBSTONE.bind(row));
  }

  /**
   * Lists the oldest tombstones, at most `limit`, whose chunks are still in the search shards (`purged` 0), or only in
   * the corpus databases (1).
   */
  tombstones(purged: 0 | 1, limit: number): Tombstone[] {
    return this.#sql.exec<Tombstone>(LIST_TOMBSTONES, purged, limit).toArray();
  }

  /** Lists the files that searches of a generation must leave out: their chunks may still be in its search shards. */
  hidden(generation: number): FileId[] {
    const rows = this.#sql.exec<{ fileId: FileId }>(LIST_HIDDEN, generation).toArray();
    return rows.map(({ fileId }) => fileId);
  }

  /** Lists the files that have chunks to purge, in search shards or corpus databases. */
  purging(): FileId[] {
    const rows = this.#sql.exec<{ fileId: FileId }>(LIST_PURGING).toArray();
    return rows.map(({ fileId }) => fileId);
  }

  /** Tests whether a file was deleted, and not only detached from this store. */
  isFileDeleted(fileId: FileId): boolean {
    return this.#sql.exec(IS_FILE_DELETED, fileId).toArray().length > 0;
  }

  /** Tests whether chunks of removed files are still to be purged. */
  isPurging(): boolean {
    return this.#sql.exec(IS_PURGING).toArray().length > 0;
  }

  /** Tests whether chunks of removed files are still to be purged from a generation. */
  isPurgingGeneration(generation: number): boolean {
    return this.#sql.exec(IS_PURGING_GENERATION, generation).toArray().length > 0;
  }

  /**
   * Records that the chunks of the tombstones with these versions are removed from the search shards (1), or also from
   * the corpus databases (2).
   */
  markPurged(versions: readonly number[], purged: 1 | 2): void {
    this.#sql.exec(MARK_PURGED, purged, JSON.stringify(versions));
  }

  /**
   * Deletes tombstones whose chunks are purged. Those of files that were deleted after `deletedBefore` (Unix seconds)
   * stay, so that a late attach is refused.
   */
  forgetPurged(deletedBefore: number): void {
    this.#sql.exec(FORGET_DETACHED);
    this.#sql.exec(FORGET_DELETED, deletedBefore);
  }

  /**
   * Deletes the rows of files, batches and shards of an ended store. The store's own row stays, so that late calls are
   * refused.
   */
  clear(): void {
    for (const table of CLEARED) this.#sql.exec(`DELETE FROM ${table}`);
  }
}

/** The tables that an ended store loses. */
const CLEARED = [
  "attachment",
  "batch",
  "batch_file",
  "tombstone",
  "generation_shard",
  "detached",
  "dense_placement",
  "reindex",
  "asked_questions",
  "shard_follower",
];

/** Makes the row of a new store, whose summary must be written to D1 at once. `now` is in Unix seconds. */
export function newStoreRow(init: StoreInit, now: number): StoreRow {
  return {
    id: init.id,
    ...init.scope,
    name: init.name,
    metadata: toJson(init.metadata),
    phase: "live",
    createdAt: now,
    lastActiveAt: now,
    expiresDays: init.expiresAfterDays,
    embeddingModel: init.embeddingModel,
    generation: 1,
    contentVersion: 0,
    lastVersion: 0,
    version: 1,
    summaryDue: now * 1000,
    in_progress: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    usageBytes: 0,
    otherGeneration: null,
    lastGeneration: 1,
    analyzer: FIRST_ANALYZER.version,
    autoChunking: null,
    otherUsageBytes: 0,
  };
}

/** Returns the project and region of a store. */
export const readStoreScope = ({ projectId, region }: StoreRow): Scope => ({ projectId, region });

/** Returns the settings of the store's serving generation. */
export const readServingSettings = ({
  embeddingModel,
  analyzer,
  autoChunking,
}: StoreRow): GenerationSettings => ({
  embeddingModel,
  analyzer,
  chunking: autoChunking === null ? CHUNKING_AUTO : parseJson(autoChunking),
});

/** Converts the store's row to the form from which `viewStore` computes what the API shows. */
export function toStoreState(row: StoreRow): StoreState {
  const { in_progress, completed, failed, cancelled } = row;
  return {
    ...row,
    metadata: parseJson(row.metadata),
    counts: { in_progress, completed, failed, cancelled },
  };
}
