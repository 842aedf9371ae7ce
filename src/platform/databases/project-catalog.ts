import type { ApiKey, ApiKeys, Project, Projects } from "../../knowledge/project.ts";
import { forgetKeys } from "./api-keys.ts";

const PROJECT = `id, name, region, status, created_at AS createdAt, archived_at AS archivedAt`;
const ADD_PROJECT =
  "INSERT INTO project (id, name, region, status, created_at) VALUES (?, ?, ?, ?, ?)";
const GET_PROJECT = `SELECT ${PROJECT} FROM project WHERE id = ?`;
const LIST_PROJECTS = `SELECT ${PROJECT} FROM project
                       WHERE (?1 IS NULL OR id < ?1) AND (?2 OR status = 'active') ORDER BY id DESC LIMIT ?3`;
const RENAME_PROJECT = `UPDATE project SET name = ?2 WHERE id = ?1 RETURNING ${PROJECT}`;
const ARCHIVE_PROJECT = `UPDATE project SET status = 'archived', archived_at = coalesce(archived_at, ?2)
                         WHERE id = ?1 RETURNING ${PROJECT}`;

const KEY = "id, name, sha256, redacted, created_at AS createdAt";
const ADD_KEY = `INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at)
                 SELECT ?1, id, ?3, ?4, ?5, ?6 FROM project WHERE id = ?2 AND status = 'active'`;
const GET_KEY = `SELECT ${KEY} FROM api_key WHERE project_id = ? AND id = ? AND revoked_at IS NULL`;
const LIST_KEYS = `SELECT ${KEY} FROM api_key
                   WHERE project_id = ?1 AND revoked_at IS NULL AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3`;
const REVOKE_KEY = `UPDATE api_key SET revoked_at = ?3 WHERE project_id = ?1 AND id = ?2 AND revoked_at IS NULL`;

/** Projects in CATALOG. */
export const projectCatalog = (db: D1Database): Projects => ({
  async add({ id, name, region, status, createdAt }) {
    await db.prepare(ADD_PROJECT).bind(id, name, region, status, createdAt).run();
  },
  get: (id) => db.prepare(GET_PROJECT).bind(id).first<Project>(),
  async list({ after = null, includeArchived, limit }) {
    const list = db.prepare(LIST_PROJECTS).bind(after, includeArchived ? 1 : 0, limit);
    return (await list.all<Project>()).results;
  },
  rename: (id, name) => db.prepare(RENAME_PROJECT).bind(id, name).first<Project>(),
  async archive(id, now) {
    const archived = await db.prepare(ARCHIVE_PROJECT).bind(id, now).first<Project>();
    forgetKeys();
    return archived;
  },
});

/** Keys in CATALOG: their digests, never their texts. */
export const apiKeyCatalog = (db: D1Database): ApiKeys => ({
  async add(projectId, { id, name, sha256, redacted, createdAt }) {
    const add = db.prepare(ADD_KEY).bind(id, projectId, name, sha256, redacted, createdAt);
    return (await add.run()).meta.changes > 0;
  },
  get: (projectId, id) => db.prepare(GET_KEY).bind(projectId, id).first<ApiKey>(),
  async list(projectId, { after = null, limit }) {
    return (await db.prepare(LIST_KEYS).bind(projectId, after, limit).all<ApiKey>()).results;
  },
  async revoke(projectId, id, now) {
    const revoked = await db.prepare(REVOKE_KEY).bind(projectId, id, now).run();
    forgetKeys();
    return revoked.meta.changes > 0;
  },
});
