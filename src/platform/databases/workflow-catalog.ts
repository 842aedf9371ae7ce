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
import type { Page } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import { type Created, KEY_REUSED, KEY_SPENT, type RequestKey } from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import { BODY_BYTES_MAX } from "../../workflow/compile/workflow-body.ts";
import type { StoredWorkflow } from "../../workflow/stored-workflow.ts";
import { listPage, type NamedListQuery } from "./list-page.ts";
import { findMade, listKeys } from "./request-key-catalog.ts";
import { containsText } from "./row-filter.ts";

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
    WHERE ${SAME_NAME} AND deleted_at IS NULL ORDER BY version DESC LIMIT 1), '') <> ${NEW.mark("hash")}
    AND NOT EXISTS (SELECT 1 FROM request_key WHERE key IN (SELECT value FROM json_each(?)))`;
const DESCRIBE = `UPDATE workflow SET description = ?4
  WHERE project_id = ?1 AND name = ?2 AND hash = ?3 AND ?4 IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM request_key WHERE key IN (SELECT value FROM json_each(?5)))
    AND version = (SELECT max(version) FROM workflow WHERE project_id = ?1 AND name = ?2)`;
const KEEP_KEY = `INSERT INTO request_key (key, project_id, content, made)
  SELECT ?1, ?2, ?3, id FROM workflow
  WHERE project_id = ?2 AND name = ?4 AND deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM request_key WHERE key IN (SELECT value FROM json_each(?5)))
  ORDER BY version DESC LIMIT 1`;
const FIND_BY_ID = `SELECT ${COLUMNS} FROM workflow
  WHERE id = ?1 AND project_id = ?2 AND deleted_at IS NULL`;
const FIND = `SELECT ${COLUMNS} FROM workflow
  WHERE project_id = ?1 AND name = ?2 AND deleted_at IS NULL AND (?3 IS NULL OR version = ?3) ORDER BY version DESC LIMIT 1`;
/** The SQL condition that a row is the latest version of its workflow, and not deleted. */
const IS_LATEST = `deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM workflow n
  WHERE n.project_id = workflow.project_id AND n.name = workflow.name AND n.version > workflow.version)`;
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

  /**
   * Stores a workflow as a new version, unless it equals the latest version. Returns the version that is then the
   * latest.
   */
  async add(workflow: Omit<StoredWorkflow, "version">): Promise<StoredWorkflow> {
    const { latest } = await this.#add(workflow, null);
    if (!latest) throw new Error(`The workflow ${workflow.name} was added but not found`);
    return latest;
  }

  /**
   * Stores a workflow as `add` does, once for an idempotency key: with a key that has stored one, returns that version.
   * Refuses a key of another content, and one whose version was deleted.
   */
  async addOnce(
    workflow: Omit<StoredWorkflow, "version">,
    key: RequestKey,
  ): Promise<Result<Created<StoredWorkflow>, Refusal>> {
    const { latest, isNew } = await this.#add(workflow, key);
    if (latest && isNew) return ok({ value: latest, isReplayed: false });
    const made = await this.findMade(key);
    if (!made) throw new Error(`The workflow ${workflow.name} was added but not found`);
    return made;
  }

  /** Finds the version that a key has stored; null if it has stored none. */
  async findMade(key: RequestKey): Promise<Result<Created<StoredWorkflow>, Refusal> | null> {
    const earlier = await findMade(this.#db, key);
    if (!earlier) return null;
    if (earlier.content !== key.content) return err(KEY_REUSED);
    const found = this.#db.prepare(FIND_BY_ID).bind(earlier.made, this.#projectId);
    const row = await found.first<Row>();
    return row ? ok({ value: parseRow(row), isReplayed: true }) : err(KEY_SPENT);
  }

  async #add(workflow: Omit<StoredWorkflow, "version">, key: RequestKey | null) {
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
    const keys = listKeys(key);
    const claim = [key?.today.part ?? null, this.#projectId, key?.content ?? null, name, keys];
    const results = await this.#db.batch<Row>([
      this.#db.prepare(ADD).bind(...row, keys),
      this.#db.prepare(DESCRIBE).bind(this.#projectId, name, hash, description, keys),
      this.#db.prepare(FIND).bind(this.#projectId, name, null),
      ...(key ? [this.#db.prepare(KEEP_KEY).bind(...claim)] : []),
    ]);
    const [latest] = results[2]?.results ?? [];
    const isNew = results[3]?.meta.changes === 1;
    return { latest: latest ? parseRow(latest) : null, isNew };
  }

  /** Finds the version `version` of a workflow, or its latest one if that is null. Returns null if there is none. */
  async find(name: string, version: number | null): Promise<StoredWorkflow | null> {
    const row = await this.#db.prepare(FIND).bind(this.#projectId, name, version).first<Row>();
    return row && parseRow(row);
  }

  /** Reads a page of the project's workflows, each in its latest version; with `name`, of those that have it in theirs. */
  async list(query: NamedListQuery): Promise<Page<StoredWorkflow>> {
    const latest = {
      table: "workflow",
      columns: COLUMNS,
      where: IS_LATEST,
      filters: containsText("name", query.name),
    } as const;
    const page = await listPage<Row>(this.#db, this.#projectId, latest, query);
    return { ...page, rows: page.rows.map(parseRow) };
  }

  /**
   * Lists the versions of a workflow whose number is below `before` (all if it is null), latest first. Returns up to
   * `limit + 1` versions: the extra one shows the caller that more follow.
   */
  async versions(name: string, before: number | null, limit: number): Promise<StoredWorkflow[]> {
    const list = this.#db.prepare(LIST_VERSIONS).bind(this.#projectId, name, before, limit + 1);
    return (await list.all<Row>()).results.map(parseRow);
  }

  /**
   * Deletes all versions of a workflow. Returns the id of the latest one; null if there is no such workflow. `now`, the
   * time of the deletion, is in Unix seconds.
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
