import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../columns.ts";
import type { ApiKeyId, ProjectId } from "../../ids.ts";
import type { StoredSettings } from "../../knowledge/project-settings.ts";
import type { ApiKeys, Project, Projects } from "../../knowledge/project.ts";
import type { Region } from "../../knowledge/scope.ts";
import { forgetKeys, forgetProjects } from "./api-keys.ts";
import { listPage } from "./list-page.ts";
import { forgetSettings } from "./project-settings.ts";
import { containsText } from "./row-filter.ts";

/** The columns of the table of projects (tenants). Times are Unix seconds. */
export const PROJECT = columns(
  "project",
  {
    id: text<ProjectId>(),
    name: text(),
    region: text<Region>(),
    status: text<Project["status"]>(),
    createdAt: integer(),
    archivedAt: nullable(integer()),
    settings: json<StoredSettings>(),
    settingsVersion: integer(),
  },
  ["swept_to", "swept_at"],
);
type ProjectRow = RowOf<typeof PROJECT>;

const ADD_PROJECT = `INSERT INTO project (${PROJECT.names}) VALUES (${PROJECT.marks})`;
const GET_PROJECT = `SELECT ${PROJECT.select()} FROM project WHERE id = ?`;
const RENAME_PROJECT = `UPDATE project SET name = coalesce(?2, name) WHERE id = ?1 RETURNING ${PROJECT.select()}`;
const CHANGE_SETTINGS = `UPDATE project
                         SET name = coalesce(?2, name), settings = ?3, settings_version = settings_version + 1
                         WHERE id = ?1 AND settings_version = ?4 RETURNING ${PROJECT.select()}`;
const ARCHIVE_PROJECT = `UPDATE project SET status = 'archived', archived_at = coalesce(archived_at, ?2)
                         WHERE id = ?1 RETURNING ${PROJECT.select()}`;

/** The columns of the table of API keys, which has the keys' hashes in place of the keys. Times are Unix seconds. */
export const API_KEY = columns("api_key", {
  id: text<ApiKeyId>(),
  projectId: text<ProjectId>(),
  name: text(),
  sha256: text(),
  redacted: text(),
  createdAt: integer(),
  revokedAt: nullable(integer()),
});
const LIVE_KEY = API_KEY.omit("projectId", "revokedAt");
type KeyRow = RowOf<typeof LIVE_KEY>;

const ADD_KEY = `INSERT INTO api_key (${LIVE_KEY.names}, project_id)
                 SELECT ${LIVE_KEY.marks}, id FROM project WHERE id = ? AND status = 'active'`;
const GET_KEY = `SELECT ${LIVE_KEY.select()} FROM api_key WHERE project_id = ? AND id = ? AND revoked_at IS NULL`;
const LIST_KEYS = `SELECT ${LIVE_KEY.select()} FROM api_key
                   WHERE project_id = ?1 AND revoked_at IS NULL AND id < coalesce(?2, x'') ORDER BY id DESC LIMIT ?3`;
const REVOKE_KEY = `UPDATE api_key SET revoked_at = ?3 WHERE project_id = ?1 AND id = ?2 AND revoked_at IS NULL`;

/** Implements `Projects` with the table of projects in the catalog database. */
export const projectCatalog = (db: D1Database): Projects => ({
  async add(project) {
    await db
      .prepare(ADD_PROJECT)
      .bind(...PROJECT.bind({ ...project, settings: toJson(project.settings) }))
      .run();
  },
  get: async (id) => orNull(await db.prepare(GET_PROJECT).bind(id).first<ProjectRow>()),
  async list({ after, limit, status, name }) {
    const shown = {
      table: "project",
      columns: PROJECT.select(),
      where: status === undefined ? "TRUE" : "status = ?5",
      values: status === undefined ? [] : [status],
      filters: containsText("name", name),
    } as const;
    const query = { limit, order: "desc", after } as const;
    const page = await listPage<ProjectRow>(db, null, shown, query);
    return { ...page, rows: page.rows.map(toProject) };
  },
  async change(id, { name, settings }) {
    const change =
      settings === null
        ? db.prepare(RENAME_PROJECT).bind(id, name)
        : db.prepare(CHANGE_SETTINGS).bind(id, name, toJson(settings.value), settings.replaces);
    const changed = await change.first<ProjectRow>();
    forgetSettings(id);
    forgetProjects();
    return orNull(changed);
  },
  async archive(id, now) {
    const archived = await db.prepare(ARCHIVE_PROJECT).bind(id, now).first<ProjectRow>();
    forgetKeys();
    forgetProjects();
    return orNull(archived);
  },
});

const toProject = (row: ProjectRow): Project => ({ ...row, settings: parseJson(row.settings) });

const orNull = (row: ProjectRow | null): Project | null => row && toProject(row);

/** Implements `ApiKeys` with the table of API keys in the catalog database, which stores only the keys' hashes. */
export const apiKeyCatalog = (db: D1Database): ApiKeys => ({
  async add(projectId, key) {
    const add = db.prepare(ADD_KEY).bind(...LIVE_KEY.bind(key), projectId);
    return (await add.run()).meta.changes > 0;
  },
  get: (projectId, id) => db.prepare(GET_KEY).bind(projectId, id).first<KeyRow>(),
  async list(projectId, { after = null, limit }) {
    return (await db.prepare(LIST_KEYS).bind(projectId, after, limit).all<KeyRow>()).results;
  },
  async revoke(projectId, id, now) {
    const revoked = await db.prepare(REVOKE_KEY).bind(projectId, id, now).run();
    forgetKeys();
    return revoked.meta.changes > 0;
  },
});
