import { columns, integer, nullable, type RowOf, text } from "../../columns.ts";
import { type FileId, type ProjectId, readFileTime, type VectorStoreId } from "../../ids.ts";
import { ADD_SECONDS } from "../../knowledge/file-upload.ts";
import type { FilePurpose, StoredFile } from "../../knowledge/file.ts";
import { sampleBytes } from "../../knowledge/sample-bytes.ts";
import type { Region, Scope } from "../../knowledge/scope.ts";
import type { RequestKey } from "../../request-key.ts";
import { ENSURE_SHARDS, HAS_ROOM, MOST_ROOM } from "./corpus-room.ts";
import { listKeys, REQUEST_KEY, toKeyRow } from "./request-key-catalog.ts";

/** The columns of the table of uploaded files. Times are Unix seconds. */
export const UPLOADED_FILE = columns("file", {
  id: text<FileId>(),
  projectId: text<ProjectId>(),
  filename: text(),
  purpose: text<FilePurpose>(),
  bytes: integer(),
  sha256: text(),
  createdAt: integer(),
  expiresAt: nullable(integer()),
  corpusShard: integer(),
  deletedAt: nullable(integer()),
});
const STORED_FILE = UPLOADED_FILE.omit("deletedAt");
const NEW_FILE = STORED_FILE.omit("corpusShard");
const COLUMNS = STORED_FILE.select();
const ADD_FILE = `INSERT INTO file (${NEW_FILE.names}, corpus_shard)
                  SELECT ${NEW_FILE.marks}, number FROM corpus_shard
                  WHERE ${HAS_ROOM} AND number IN (SELECT value FROM json_each(?))
                    AND unixepoch() < ?
                    AND NOT EXISTS (SELECT 1 FROM file_upload WHERE file_id = ${NEW_FILE.mark("id")}
                      AND file_upload.expires_at <= ${NEW_FILE.mark("createdAt")})
                    AND NOT EXISTS (SELECT 1 FROM request_key WHERE key IN (SELECT value FROM json_each(?)))
                  ORDER BY ${MOST_ROOM} LIMIT 1`;
const KEEP_KEY = `INSERT INTO request_key (${REQUEST_KEY.names}) SELECT ${REQUEST_KEY.marks}
                  WHERE EXISTS (SELECT 1 FROM file WHERE project_id = ${REQUEST_KEY.mark("projectId")}
                    AND id = ${REQUEST_KEY.mark("made")})`;
const RESTORE_FILE = `INSERT INTO file (${STORED_FILE.names}) VALUES (${STORED_FILE.marks})
                      ON CONFLICT (project_id, id) DO NOTHING RETURNING id`;
const COUNT_BYTES = `UPDATE corpus_shard SET bytes = bytes + ?3
                     WHERE number = (SELECT corpus_shard FROM file WHERE id = ?1 AND project_id = ?2)`;
const END_UPLOAD = `DELETE FROM file_upload WHERE file_id = ?1
                    AND EXISTS (SELECT 1 FROM file WHERE id = ?1 AND project_id = ?2)`;
const GET_FILE = `SELECT ${COLUMNS} FROM file WHERE id = ?1 AND project_id = ?2 AND deleted_at IS NULL
                  AND (expires_at IS NULL OR expires_at > ?3)`;
const FIND_NAMES = `SELECT id, filename FROM file
                    WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))
                      AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)`;
const LIVE = `project_id = ?1 AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)
              AND (?3 IS NULL OR purpose = ?3)`;
const LIST_NEWEST = `SELECT ${COLUMNS} FROM file WHERE ${LIVE} AND id < coalesce(?4, x'') ORDER BY id DESC LIMIT ?5`;
const LIST_OLDEST = `SELECT ${COLUMNS} FROM file WHERE ${LIVE} AND id > coalesce(?4, '') ORDER BY id LIMIT ?5`;
const MARK_DELETED =
  "UPDATE file SET deleted_at = coalesce(deleted_at, ?3) WHERE id = ?1 AND project_id = ?2";
const LIST_STORES =
  "SELECT store_id AS storeId FROM file_store WHERE file_id = ?1 AND project_id = ?2";
const MARK_EXPIRED = `UPDATE file SET deleted_at = ?1
                      WHERE expires_at IS NOT NULL AND deleted_at IS NULL AND expires_at <= ?1`;
const LIST_TO_PURGE = `SELECT file.id AS fileId, file.project_id AS projectId, project.region AS region
                       FROM file JOIN project ON project.id = file.project_id
                       WHERE deleted_at IS NOT NULL AND deleted_at <= ?1 ORDER BY deleted_at LIMIT ?2`;
const FREE_BYTES = `UPDATE corpus_shard SET bytes = max(0, bytes - (SELECT bytes FROM file WHERE id = ?1 AND project_id = ?2))
                    WHERE number = (SELECT corpus_shard FROM file WHERE id = ?1 AND project_id = ?2)`;
const FORGET_STORES = "DELETE FROM file_store WHERE file_id = ?1 AND project_id = ?2";
const FORGET_FILE = "DELETE FROM file WHERE id = ?1 AND project_id = ?2 AND deleted_at IS NOT NULL";

/** A client's request for a page of a project's files. `after` is the id of the last file of the page before. */
export type FileListQuery = {
  readonly order: "asc" | "desc";
  readonly after: string | undefined;
  readonly purpose: string | undefined;
  readonly limit: number;
};

/** Reads and writes the table of uploaded files in the catalog database. Times are Unix seconds. */
export class FileCatalog {
  readonly #db: D1Database;
  readonly #random: () => number;

  /** `random` returns numbers from 0 to below 1; tests replace it. */
  constructor(db: D1Database, random: () => number = Math.random) {
    this.#db = db;
    this.#random = random;
  }

  /**
   * Turns a complete upload into a file: adds the file's row and deletes the record of the upload. Chooses, of the
   * corpus databases `corpusShards`, the one with the most room for the file's chunks. Returns null if all databases are
   * full, if the upload was given up (`UploadCatalog.giveUp`), if it began too long ago, or if its idempotency key `key`
   * has created a file. Throws, and changes nothing, if the file exists.
   */
  async add(
    file: Omit<StoredFile, "corpusShard">,
    corpusShards: readonly number[],
    key: RequestKey | null = null,
  ): Promise<StoredFile | null> {
    const { id, projectId, bytes, createdAt } = file;
    const shards = JSON.stringify(corpusShards);
    const before = Math.floor(readFileTime(id) / 1_000) + ADD_SECONDS;
    const counted = sampleBytes(bytes, this.#random());
    const results = await this.#db.batch<RowOf<typeof STORED_FILE>>([
      this.#db.prepare(ENSURE_SHARDS).bind(shards),
      this.#db.prepare(ADD_FILE).bind(...NEW_FILE.bind(file), shards, before, listKeys(key)),
      ...(counted > 0 ? [this.#db.prepare(COUNT_BYTES).bind(id, projectId, counted)] : []),
      this.#db.prepare(END_UPLOAD).bind(id, projectId),
      ...(key ? [this.#db.prepare(KEEP_KEY).bind(...toKeyRow(key, projectId, id))] : []),
      this.#db.prepare(GET_FILE).bind(id, projectId, createdAt),
    ]);
    return results.at(-1)?.results[0] ?? null;
  }

  /**
   * Writes the rows of files again that a restored catalog has lost. Returns the ids of those that were missing; a file
   * that has a row, also one that is marked as deleted, stays as it is.
   */
  async restore(files: readonly StoredFile[]): Promise<FileId[]> {
    if (files.length === 0) return [];
    const restored = await this.#db.batch<{ id: FileId }>(
      files.map((file) => this.#db.prepare(RESTORE_FILE).bind(...STORED_FILE.bind(file))),
    );
    const ids = new Set(restored.flatMap(({ results }) => results.map(({ id }) => id)));
    const counted = files.filter(({ id }) => ids.has(id));
    if (counted.length > 0) {
      await this.#db.batch(
        counted.map(({ id, projectId, bytes }) =>
          this.#db.prepare(COUNT_BYTES).bind(id, projectId, bytes),
        ),
      );
    }
    return [...ids];
  }

  /**
   * Finds a file of a project. Returns null if it does not exist, was deleted, or has expired by `now` (Unix seconds).
   */
  async get(projectId: ProjectId, id: FileId, now: number): Promise<StoredFile | null> {
    return await this.#db
      .prepare(GET_FILE)
      .bind(id, projectId, now)
      .first<RowOf<typeof STORED_FILE>>();
  }

  /**
   * Finds the names of the files `ids` of a project, without those that were deleted or have expired by `now` (Unix
   * seconds).
   */
  async findNames(
    projectId: ProjectId,
    ids: readonly string[],
    now: number,
  ): Promise<Map<string, string>> {
    const found = this.#db.prepare(FIND_NAMES).bind(projectId, JSON.stringify(ids), now);
    const { results } = await found.all<{ id: string; filename: string }>();
    return new Map(results.map(({ id, filename }) => [id, filename]));
  }

  /** Lists a page of a project's files, without those that have expired by `now` (Unix seconds). */
  async list(projectId: ProjectId, query: FileListQuery, now: number): Promise<StoredFile[]> {
    const list = this.#db.prepare(query.order === "desc" ? LIST_NEWEST : LIST_OLDEST);
    const { purpose = null, after = null, limit } = query;
    const page = list.bind(projectId, now, purpose, after, limit);
    return (await page.all<RowOf<typeof STORED_FILE>>()).results;
  }

  /**
   * Marks a file as deleted at `now` (Unix seconds): from then on, it cannot be read or attached, and its data can be
   * removed. Returns false if there is no such file. Returns true also if the file was marked before and its data still
   * exists, so that a repeated request completes the deletion.
   */
  async markDeleted(projectId: ProjectId, id: FileId, now: number): Promise<boolean> {
    const marked = await this.#db.prepare(MARK_DELETED).bind(id, projectId, now).run();
    return marked.meta.changes > 0;
  }

  /** Lists the vector stores that a file is attached to. */
  async listStoresWithFile(projectId: ProjectId, id: FileId): Promise<VectorStoreId[]> {
    const rows = await this.#db
      .prepare(LIST_STORES)
      .bind(id, projectId)
      .all<{ storeId: VectorStoreId }>();
    return rows.results.map(({ storeId }) => storeId);
  }

  /** Marks all files as deleted that have expired by `now` (Unix seconds). */
  async markExpired(now: number): Promise<void> {
    await this.#db.prepare(MARK_EXPIRED).bind(now).run();
  }

  /**
   * Lists at most `limit` files that were marked as deleted before `deletedBefore` (Unix seconds) and whose bytes or
   * attachments may still exist, oldest first.
   */
  async toPurge(deletedBefore: number, limit: number): Promise<{ scope: Scope; fileId: FileId }[]> {
    type Row = { fileId: FileId; projectId: ProjectId; region: Region };
    const rows = await this.#db.prepare(LIST_TO_PURGE).bind(deletedBefore, limit).all<Row>();
    return rows.results.map(({ fileId, projectId, region }) => ({
      fileId,
      scope: { projectId, region },
    }));
  }

  /** Deletes the row of a deleted file, after all data of the file was removed. */
  async forget(projectId: ProjectId, id: FileId): Promise<void> {
    const statements = [FREE_BYTES, FORGET_STORES, FORGET_FILE];
    await this.#db.batch(statements.map((sql) => this.#db.prepare(sql).bind(id, projectId)));
  }
}
