import type { FileId, ProjectId } from "../../ids.ts";
import type { ProjectSweep } from "../../knowledge/sweep-objects.ts";

const LIST_DUE = `SELECT id AS projectId, swept_to AS sweptTo FROM project
                  WHERE swept_at < ?1 ORDER BY swept_at LIMIT ?2`;
const SAVE = `UPDATE project SET swept_to = ?2, swept_at = coalesce(?3, swept_at) WHERE id = ?1`;
const FIND_FILES =
  "SELECT id FROM file WHERE project_id = ?2 AND id IN (SELECT value FROM json_each(?1))";

/**
 * Reads and writes the progress, in each project, of the sweep that erases R2 objects which belong to no file. Times
 * are Unix seconds.
 */
export class SweepCatalog {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  /**
   * Lists at most `limit` projects whose last complete sweep ended before `sweptBefore` (Unix seconds), the least
   * recently swept first.
   */
  async listDue(sweptBefore: number, limit: number): Promise<ProjectSweep[]> {
    return (await this.#db.prepare(LIST_DUE).bind(sweptBefore, limit).all<ProjectSweep>()).results;
  }

  /**
   * Stores the progress of the sweep in a project. `sweptAt` is the time (Unix seconds) at which the sweep of the
   * project was completed, or null if it is not complete and must go on.
   */
  async save({ projectId, sweptTo }: ProjectSweep, sweptAt: number | null): Promise<void> {
    await this.#db.prepare(SAVE).bind(projectId, sweptTo, sweptAt).run();
  }

  /** Finds which of the files `ids` of a project have a row in the catalog. Files that are marked as deleted count, too. */
  async findFiles(projectId: ProjectId, ids: readonly FileId[]): Promise<Set<FileId>> {
    const found = this.#db.prepare(FIND_FILES).bind(JSON.stringify(ids), projectId);
    return new Set((await found.all<{ id: FileId }>()).results.map(({ id }) => id));
  }
}
