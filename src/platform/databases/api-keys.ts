import type { ApiKeyId, ProjectId } from "../../ids.ts";
import type { Region, Scope } from "../../knowledge/scope.ts";

/** Maximum time that a revoked key may still work, per isolate. */
const KEY_CACHE_MS = 30_000;
const KEYS_CACHED_MAX = 10_000;

const FIND_KEY = `SELECT api_key.id AS apiKeyId, project.id AS projectId, project.region AS region
                  FROM api_key JOIN project ON project.id = api_key.project_id
                  WHERE api_key.sha256 = ? AND api_key.revoked_at IS NULL AND project.status = 'active'`;

type FoundKey = { apiKeyId: ApiKeyId; scope: Scope };
type Row = { apiKeyId: ApiKeyId; projectId: ProjectId; region: Region };

const cache = new Map<string, { found: FoundKey; until: number }>();

/**
 * Finds the active API key with this SHA-256 (hex), and its project; null if there is none. A found key is cached in
 * the isolate for 30 s, so that most requests make no D1 query. A missing one is not cached, so that a new key works at
 * once.
 */
export async function findKey(
  catalog: D1Database,
  sha256: string,
  now = Date.now(),
): Promise<FoundKey | null> {
  const cached = cache.get(sha256);
  if (cached && cached.until > now) return cached.found;
  cache.delete(sha256);
  const row = await catalog.prepare(FIND_KEY).bind(sha256).first<Row>();
  if (!row) return null;
  const { apiKeyId, projectId, region } = row;
  const found = { apiKeyId, scope: { projectId, region } };
  if (cache.size >= KEYS_CACHED_MAX) cache.clear();
  cache.set(sha256, { found, until: now + KEY_CACHE_MS });
  return found;
}

/** Empties the cache of API keys after a revocation, which then takes effect at once in this isolate. */
export function forgetKeys(): void {
  cache.clear();
}
