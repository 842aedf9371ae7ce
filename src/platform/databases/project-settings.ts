import {
  completeSettings,
  type ProjectSettings,
  type StoredSettings,
} from "../../knowledge/project-settings.ts";

/** Maximum time that changed settings may be unknown to another isolate. */
const SETTINGS_CACHE_MS = 30_000;
const PROJECTS_CACHED_MAX = 10_000;

const FIND_SETTINGS = "SELECT settings FROM project WHERE id = ?";

const cache = new Map<string, { readonly settings: ProjectSettings; readonly until: number }>();

/**
 * Reads the settings of a project, with defaults filled in. They are cached in the isolate for 30 s, so that most
 * answers make no D1 query. A project that does not exist has the defaults.
 */
export async function readProjectSettings(
  catalog: D1Database,
  projectId: string,
  now = Date.now(),
): Promise<ProjectSettings> {
  const cached = cache.get(projectId);
  if (cached && cached.until > now) return cached.settings;
  const stored = await catalog.prepare(FIND_SETTINGS).bind(projectId).first<string>("settings");
  const parsed: StoredSettings = stored === null ? {} : JSON.parse(stored);
  const settings = completeSettings(parsed);
  if (cache.size >= PROJECTS_CACHED_MAX) cache.clear();
  cache.set(projectId, { settings, until: now + SETTINGS_CACHE_MS });
  return settings;
}

/** Removes a project's settings from the cache after a change, which then takes effect at once in this isolate. */
export function forgetSettings(projectId: string): void {
  cache.delete(projectId);
}
