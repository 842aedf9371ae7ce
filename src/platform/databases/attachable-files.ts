import type { FileId, ProjectId, VectorStoreId } from "../../ids.ts";
import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";
import { UPLOADED_FILE } from "./file-catalog.ts";

/** A file in the catalog, with the data that is needed to attach it to a vector store. */
export type AttachableFile = {
  readonly fileId: FileId;
  readonly filename: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly corpusShard: CorpusShardNumber;
};

/** CROSS JOIN: the planner looks each id up, and never scans the files of the project for each id. */
const LIVE = `FROM json_each(?2) AS wanted CROSS JOIN file
    ON file.project_id = ?1 AND file.id = wanted.value
  WHERE file.deleted_at IS NULL
    AND (file.expires_at IS NULL OR file.expires_at > ?3)`;
const RECORD_STORE = `INSERT OR IGNORE INTO file_store (file_id, store_id, project_id)
  SELECT file.id, ?4, file.project_id ${LIVE}`;
const FOUND = UPLOADED_FILE.pick("filename", "bytes", "sha256", "corpusShard");
const FIND_FILES = `SELECT file.id AS fileId, ${FOUND.select("file")} ${LIVE}`;
const FORGET_STORE = `DELETE FROM file_store WHERE store_id = ?1 AND project_id = ?2
  AND file_id IN (SELECT value FROM json_each(?3))`;

/**
 * Finds which of the files `fileIds` exist in the project, and records in the same transaction that they are attached
 * to the store. So if a file is deleted at the same time, either it is not found here, or the deletion finds this
 * record and removes the file from the store. Returns the files that were found, by id. `now` is in Unix seconds.
 */
export async function recordAttachments(
  catalog: D1Database,
  projectId: ProjectId,
  storeId: VectorStoreId,
  fileIds: readonly string[],
  now: number,
): Promise<Map<string, AttachableFile>> {
  const wanted = JSON.stringify(fileIds);
  const [, found] = await catalog.batch<AttachableFile>([
    catalog.prepare(RECORD_STORE).bind(projectId, wanted, now, storeId),
    catalog.prepare(FIND_FILES).bind(projectId, wanted, now),
  ]);
  return new Map((found?.results ?? []).map((file) => [file.fileId, file]));
}

/**
 * Deletes the records, made by `recordAttachments`, that files are attached to a vector store which turned out not to
 * exist. The statement names the files, since the table is ordered by file: without them it would read the rows of all
 * projects.
 */
export async function forgetAttachments(
  catalog: D1Database,
  projectId: ProjectId,
  storeId: VectorStoreId,
  fileIds: readonly FileId[],
): Promise<void> {
  await catalog.prepare(FORGET_STORE).bind(storeId, projectId, JSON.stringify(fileIds)).run();
}
