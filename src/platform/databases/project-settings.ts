import {
  completeSettings,
  type ProjectSettings,
  type StoredSettings,
} from "../../knowledge/project-settings.ts";
import { IsolateCache } from "../isolate-cache.ts";

const FIND_SETTINGS = "SELECT settings FROM project WHERE id = ?";

const cache = new IsolateCache<ProjectSettings>({ ownersMax: 10_000 });

/**
 * Reads the settings of a project, with defaults filled in. They are cached in the isolate for 30 s, so that most
 * answers make no D1 query. For a project that does not exist, returns the defaults. `now` is in milliseconds since the
 * epoch.
 */
export function readProjectSettings(
  catalog: D1Database,
  projectId: string,
  now = Date.now(),
): Promise<ProjectSettings> {
  const find = async () => {
    const stored = await catalog.prepare(FIND_SETTINGS).bind(projectId).first<string>("settings");
    const parsed: StoredSettings = stored === null ? {} : JSON.parse(stored);
    return completeSettings(parsed);
  };
  return cache.read({ owner: projectId, name: "settings" }, find, now);
}

/**
 * Removes a project's settings from the cache. Called after the settings were changed, so that the change takes effect
 * at once in this isolate.
 */
export function forgetSettings(projectId: string): void {
  cache.forget(projectId);
}
