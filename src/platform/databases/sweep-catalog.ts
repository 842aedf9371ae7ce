import type { FileId } from "../../ids.ts";
import type { ProjectSweep } from "../../knowledge/sweep-objects.ts";

const LIST_DUE = `SELECT id AS projectId, swept_to AS sweptTo FROM project
                  WHERE swept_at < ?1 ORDER BY swept_at LIMIT ?2`;
const SAVE = `UPDATE project SET swept_to = ?2, swept_at = coalesce(?3, swept_at) WHERE id = ?1`;
const FIND_FILES = "SELECT id FROM file WHERE id IN (SELECT value FROM json_each(?1))";

/** The places of the sweep of objects, in the rows of projects. Times are Unix seconds. */
export class SweepCatalog {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  /** Lists the projects that were last swept before a time, the longest ago first. */
  async listDue(sweptBefore: number, limit: number): Promise<ProjectSweep[]> {
    return (await this.#db.prepare(LIST_DUE).bind(sweptBefore, limit).all<ProjectSweep>()).results;
  }

  /** Stores the place of the sweep in a project. Without `sweptAt` the project stays due. */
  async save({ projectId, sweptTo }: ProjectSweep, sweptAt: number | null): Promise<void> {
    await this.#db.prepare(SAVE).bind(projectId, sweptTo, sweptAt).run();
  }

  /** Finds which of these files have a row, also one that is marked as deleted. */
  async findFiles(ids: readonly FileId[]): Promise<Set<FileId>> {
    const found = this.#db.prepare(FIND_FILES).bind(JSON.stringify(ids));
    return new Set((await found.all<{ id: FileId }>()).results.map(({ id }) => id));
  }
}
