import type { ApiKeyId, ProjectId } from "../../ids.ts";
import type { Region, Scope } from "../../knowledge/scope.ts";
import { IsolateCache } from "../isolate-cache.ts";

const FIND_KEY = `SELECT api_key.id AS apiKeyId, project.id AS projectId, project.region AS region
                  FROM api_key JOIN project ON project.id = api_key.project_id
                  WHERE api_key.sha256 = ? AND api_key.revoked_at IS NULL AND project.status = 'active'`;

type FoundKey = { apiKeyId: ApiKeyId; scope: Scope };
type Row = { apiKeyId: ApiKeyId; projectId: ProjectId; region: Region };

/** Found keys, by their SHA-256. A missing key is not cached, so that a new key works at once. */
const cache = new IsolateCache<FoundKey | null>({
  ownersMax: 10_000,
  isKept: (found) => found !== null,
});

/**
 * Finds the active API key whose SHA-256 is `sha256` (hex), and its project; null if there is none. A key that was
 * found is cached in the isolate for 30 s, so that most requests make no D1 query. A revoked key may still work for up
 * to 30 s in other isolates. `now` is in milliseconds since the epoch.
 */
export function findKey(
  catalog: D1Database,
  sha256: string,
  now = Date.now(),
): Promise<FoundKey | null> {
  const find = async () => {
    const row = await catalog.prepare(FIND_KEY).bind(sha256).first<Row>();
    if (!row) return null;
    const { apiKeyId, projectId, region } = row;
    return { apiKeyId, scope: { projectId, region } };
  };
  return cache.read({ owner: sha256, name: "key" }, find, now);
}

const FIND_PROJECT = `SELECT id AS projectId, region, name FROM project WHERE id = ? AND status = 'active'`;
type FoundProject = { readonly name: string; readonly scope: Scope };
type ProjectRow = { projectId: ProjectId; region: Region; name: string };

const projects = new IsolateCache<FoundProject | null>({ ownersMax: 1_000 });

/**
 * Finds an active project by its id, for people who come without a key; null if there is none. It is cached in the
 * isolate for 30 s.
 */
export function findProject(catalog: D1Database, id: string): Promise<FoundProject | null> {
  const find = async () => {
    const row = await catalog.prepare(FIND_PROJECT).bind(id).first<ProjectRow>();
    if (!row) return null;
    const { name, projectId, region } = row;
    return { name, scope: { projectId, region } };
  };
  return projects.read({ owner: id, name: "project" }, find);
}

/** Empties the cache of projects. Called after a change of one, so that this isolate uses the change at once. */
export function forgetProjects(): void {
  projects.forgetAll();
}

/** Empties the cache of API keys. Called after a revocation, so that it takes effect at once in this isolate. */
export function forgetKeys(): void {
  cache.forgetAll();
}
