import { columns, integer, nullable, text } from "../../columns.ts";
import { type FileId, firstFileId, type ProjectId } from "../../ids.ts";
import { type FileUpload, UPLOAD_SECONDS } from "../../knowledge/file-upload.ts";

/**
 * The columns of the table of uploads that have not become files: multipart uploads, recorded before their first part
 * is stored, and uploads whose file could not be added. From the time `expiresAt` (Unix seconds) on, an upload can no
 * longer become a file.
 */
export const FILE_UPLOAD = columns("file_upload", {
  fileId: text<FileId>(),
  projectId: text<ProjectId>(),
  multipartId: nullable(text()),
  expiresAt: integer(),
});

const BEGIN = `INSERT INTO file_upload (${FILE_UPLOAD.names}) VALUES (${FILE_UPLOAD.marks})`;
const GIVE_UP = `INSERT INTO file_upload (${FILE_UPLOAD.names})
                 SELECT ${FILE_UPLOAD.marks}
                 WHERE NOT EXISTS (SELECT 1 FROM file WHERE id = ?1 AND project_id = ?2)
                 ON CONFLICT (file_id) DO UPDATE SET expires_at = min(expires_at, excluded.expires_at)
                 RETURNING ${FILE_UPLOAD.select()}`;
const FIND = `SELECT ${FILE_UPLOAD.select()} FROM file_upload WHERE file_id = ?1`;
const LIST_EXPIRED = `SELECT ${FILE_UPLOAD.select()} FROM file_upload
                      WHERE file_id < ?1 AND expires_at <= ?2 ORDER BY file_id LIMIT ?3`;
const FORGET = "DELETE FROM file_upload WHERE file_id = ?1";

/** Reads and writes the table of uploads that are in progress or were interrupted. Times are Unix seconds. */
export class UploadCatalog {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  /** Records a multipart upload. Called before the first part is stored. */
  async begin(upload: FileUpload): Promise<void> {
    await this.#db
      .prepare(BEGIN)
      .bind(...FILE_UPLOAD.bind(upload))
      .run();
  }

  /**
   * Finds the record of an upload. Returns null if there is none. An upload that is a single part usually has no
   * record.
   */
  async find(fileId: FileId): Promise<FileUpload | null> {
    return await this.#db.prepare(FIND).bind(fileId).first<FileUpload>();
  }

  /**
   * Makes an upload expire at `now` (Unix seconds), so that a call still in progress cannot turn it into a file. The
   * record stays until the bytes of the upload are erased. Returns null if the upload has already become a file.
   */
  async giveUp(projectId: ProjectId, fileId: FileId, now: number): Promise<FileUpload | null> {
    const row = FILE_UPLOAD.bind({ projectId, fileId, multipartId: null, expiresAt: now });
    return await this.#db
      .prepare(GIVE_UP)
      .bind(...row)
      .first<FileUpload>();
  }

  /**
   * Lists at most `limit` uploads that have expired by `now` (Unix seconds) and whose bytes may still exist, oldest
   * first.
   */
  async listExpired(now: number, limit: number): Promise<FileUpload[]> {
    const begunBefore = firstFileId((now - UPLOAD_SECONDS + 1) * 1_000);
    const listed = this.#db.prepare(LIST_EXPIRED).bind(begunBefore, now, limit);
    return (await listed.all<FileUpload>()).results;
  }

  /** Deletes the record of an upload after its bytes were erased. */
  async forget(fileId: FileId): Promise<void> {
    await this.#db.prepare(FORGET).bind(fileId).run();
  }
}
