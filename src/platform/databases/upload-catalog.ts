import { columns, integer, nullable, text } from "../../columns.ts";
import { type FileId, firstFileId, type ProjectId } from "../../ids.ts";
import { type FileUpload, UPLOAD_SECONDS } from "../../knowledge/file-upload.ts";

/**
 * The columns of the table of uploads that are not files yet. After `expiresAt` (Unix seconds) the sweep erases their
 * bytes.
 */
export const FILE_UPLOAD = columns("file_upload", {
  fileId: text<FileId>(),
  projectId: text<ProjectId>(),
  multipartId: nullable(text()),
  expiresAt: integer(),
});

const BEGIN = `INSERT INTO file_upload (${FILE_UPLOAD.names}) VALUES (${FILE_UPLOAD.marks})`;
const SET_MULTIPART = "UPDATE file_upload SET multipart_id = ?2 WHERE file_id = ?1";
const GIVE_UP = `UPDATE file_upload SET expires_at = min(expires_at, ?2) WHERE file_id = ?1
                 RETURNING ${FILE_UPLOAD.select()}`;
const LIST_EXPIRED = `SELECT ${FILE_UPLOAD.select()} FROM file_upload
                      WHERE file_id < ?1 AND expires_at <= ?2 ORDER BY file_id LIMIT ?3`;
const FORGET = "DELETE FROM file_upload WHERE file_id = ?1";

/** Reads and writes the table of uploads that are running or were interrupted. Times are Unix seconds. */
export class UploadCatalog {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  /** Records an upload before its first byte is stored. */
  async begin(upload: FileUpload): Promise<void> {
    await this.#db
      .prepare(BEGIN)
      .bind(...FILE_UPLOAD.bind(upload))
      .run();
  }

  /** Records the id of R2's multipart upload before its first part is stored. */
  async setMultipart(fileId: FileId, multipartId: string): Promise<void> {
    await this.#db.prepare(SET_MULTIPART).bind(fileId, multipartId).run();
  }

  /**
   * Lets an upload expire at `now`, in Unix seconds, so that it cannot become a file. Returns null if it has become
   * one, or if its record is gone.
   */
  async giveUp(fileId: FileId, now: number): Promise<FileUpload | null> {
    return await this.#db.prepare(GIVE_UP).bind(fileId, now).first<FileUpload>();
  }

  /**
   * Lists at most `limit` uploads that have expired at `now` (Unix seconds), and whose bytes may still exist, oldest
   * first.
   */
  async listExpired(now: number, limit: number): Promise<FileUpload[]> {
    const begunBefore = firstFileId((now - UPLOAD_SECONDS + 1) * 1_000);
    const listed = this.#db.prepare(LIST_EXPIRED).bind(begunBefore, now, limit);
    return (await listed.all<FileUpload>()).results;
  }

  /** Deletes the record of an upload whose bytes are erased. */
  async forget(fileId: FileId): Promise<void> {
    await this.#db.prepare(FORGET).bind(fileId).run();
  }
}
