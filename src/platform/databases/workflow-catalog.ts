import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../columns.ts";
import type { ProjectId, WorkflowId } from "../../ids.ts";
import { DEFINITION_BYTES_MAX } from "../../kernel/rules/definition.ts";
import { cutPage, planPage } from "../../page.ts";
import { BODY_BYTES_MAX } from "../../workflow/compile/workflow-body.ts";
import type { StoredWorkflow } from "../../workflow/stored-workflow.ts";
import { type CatalogListQuery, IN_RANGE } from "./list-page.ts";

/** The columns of the table of workflows, which has a row for each version. Times are Unix seconds. */
export const WORKFLOW = columns(
  "workflow",
  {
    id: text<WorkflowId>(),
    projectId: text<ProjectId>(),
    name: text(),
    version: integer(),
    hash: text(),
    description: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
    body: withBound(json<StoredWorkflow["body"]>(), BODY_BYTES_MAX),
    definition: withBound(json<StoredWorkflow["definition"]>(), DEFINITION_BYTES_MAX),
    createdAt: integer(),
  },
  ["deleted_at"],
);
const STORED = WORKFLOW.omit("projectId");
type Row = RowOf<typeof STORED>;

const COLUMNS = STORED.select();
const NEW = WORKFLOW.omit("version");
const SAME_NAME = `project_id = ${NEW.mark("projectId")} AND name = ${NEW.mark("name")}`;
/** Adds nothing when the latest version is the same. Version numbers continue after those of deleted versions. */
const ADD = `INSERT INTO workflow (${NEW.names}, version)
  SELECT ${NEW.marks}, coalesce(max(version), 0) + 1 FROM workflow
  WHERE ${SAME_NAME}
  HAVING coalesce((SELECT hash FROM workflow
    WHERE ${SAME_NAME} AND deleted_at IS NULL ORDER BY version DESC LIMIT 1), '') <> ${NEW.mark("hash")}`;
const DESCRIBE = `UPDATE workflow SET description = ?4
  WHERE project_id = ?1 AND name = ?2 AND hash = ?3 AND ?4 IS NOT NULL
    AND version = (SELECT max(version) FROM workflow WHERE project_id = ?1 AND name = ?2)`;
const FIND = `SELECT ${COLUMNS} FROM workflow
  WHERE project_id = ?1 AND name = ?2 AND deleted_at IS NULL AND (?3 IS NULL OR version = ?3) ORDER BY version DESC LIMIT 1`;
const LIST_VERSIONS = `SELECT ${COLUMNS} FROM workflow
  WHERE project_id = ?1 AND name = ?2 AND deleted_at IS NULL AND version < coalesce(?3, x'')
  ORDER BY version DESC LIMIT ?4`;
const REMOVE = `UPDATE workflow SET deleted_at = ?3
  WHERE project_id = ?1 AND name = ?2 AND deleted_at IS NULL RETURNING id, version`;

/** Reads and writes the workflows of one project in the catalog database. */
export class WorkflowCatalog {
  readonly #db: D1Database;
  readonly #projectId: ProjectId;

  constructor(db: D1Database, projectId: ProjectId) {
    this.#db = db;
    this.#projectId = projectId;
  }

  /** Stores a workflow as a new version, unless it equals the latest version. Returns the latest version after that. */
  async add(workflow: Omit<StoredWorkflow, "version">): Promise<StoredWorkflow> {
    const { id, name, hash, description, createdAt } = workflow;
    const row = NEW.bind({
      id,
      projectId: this.#projectId,
      name,
      hash,
      description,
      body: toJson(workflow.body),
      definition: toJson(workflow.definition),
      createdAt,
    });
    const [, , found] = await this.#db.batch<Row>([
      this.#db.prepare(ADD).bind(...row),
      this.#db.prepare(DESCRIBE).bind(this.#projectId, name, hash, description),
      this.#db.prepare(FIND).bind(this.#projectId, name, null),
    ]);
    const [added] = found?.results ?? [];
    if (!added) throw new Error(`The workflow ${name} was added but not found`);
    return parseRow(added);
  }

  /** Finds a version of a workflow, or the latest one if `version` is null. Returns null if there is none. */
  async find(name: string, version: number | null): Promise<StoredWorkflow | null> {
    const row = await this.#db.prepare(FIND).bind(this.#projectId, name, version).first<Row>();
    return row && parseRow(row);
  }

  /** Reads a page of the project's workflows, each in its latest version. */
  async list(query: CatalogListQuery): Promise<{ rows: StoredWorkflow[]; hasMore: boolean }> {
    const { low, high, direction } = planPage(query);
    const list = `SELECT ${COLUMNS} FROM workflow w
      WHERE project_id = ?1 AND deleted_at IS NULL AND ${IN_RANGE}
        AND NOT EXISTS (SELECT 1 FROM workflow n
          WHERE n.project_id = w.project_id AND n.name = w.name AND n.version > w.version)
      ORDER BY id ${direction} LIMIT ?4`;
    const bound = this.#db.prepare(list).bind(this.#projectId, low, high, query.limit + 1);
    return cutPage((await bound.all<Row>()).results.map(parseRow), query);
  }

  /**
   * Lists the versions of a workflow with a number below `before` (null for all), latest first: `limit` of them, and
   * one more if there is one, by which the caller sees that more follow.
   */
  async versions(name: string, before: number | null, limit: number): Promise<StoredWorkflow[]> {
    const list = this.#db.prepare(LIST_VERSIONS).bind(this.#projectId, name, before, limit + 1);
    return (await list.all<Row>()).results.map(parseRow);
  }

  /**
   * Deletes all versions of a workflow. Returns the id of the latest one; null if there is no such workflow. `now` is
   * in Unix seconds.
   */
  async remove(name: string, now: number): Promise<WorkflowId | null> {
    const removal = this.#db.prepare(REMOVE).bind(this.#projectId, name, now);
    const { results } = await removal.all<Pick<StoredWorkflow, "id" | "version">>();
    return results.toSorted((one, other) => other.version - one.version)[0]?.id ?? null;
  }
}

function parseRow({ body, definition, ...row }: Row): StoredWorkflow {
  return { ...row, body: parseJson(body), definition: parseJson(definition) };
}
