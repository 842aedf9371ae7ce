import type { Grants, Secret } from "../../workflow/steps/step-access.ts";

/** Maximum time that a step may still use a removed grant or secret, per isolate. */
const ACCESS_CACHE_MS = 30_000;
const PROJECTS_CACHED_MAX = 1_000;

type Known = { grants?: Cached<Grants>; readonly secrets: Map<string, Cached<Secret>> };
type Cached<Value> = { readonly value: Value; readonly until: number };

const projects = new Map<string, Known>();

/**
 * Returns a project's grants from the cache of this isolate; calls `find` if they are not there, and caches the result
 * for 30 s. `now` is in milliseconds.
 */
export async function rememberGrants(
  projectId: string,
  find: () => Promise<Grants>,
  now: number,
): Promise<Grants> {
  const cached = projects.get(projectId)?.grants;
  if (cached && cached.until > now) return cached.value;
  const value = await find();
  openEntry(projectId).grants = { value, until: now + ACCESS_CACHE_MS };
  return value;
}

/**
 * Returns a project's secret from the cache of this isolate; calls `find` if it is not there, and caches the result for
 * 30 s. A missing secret (null) is not cached, so that a new one works at once. `now` is in milliseconds.
 */
export async function rememberSecret(
  projectId: string,
  name: string,
  find: () => Promise<Secret | null>,
  now: number,
): Promise<Secret | null> {
  const cached = projects.get(projectId)?.secrets.get(name);
  if (cached && cached.until > now) return cached.value;
  const value = await find();
  if (value !== null) {
    openEntry(projectId).secrets.set(name, { value, until: now + ACCESS_CACHE_MS });
  }
  return value;
}

/**
 * Removes a project's grants and secrets from the cache after a change, which then takes effect at once in this
 * isolate.
 */
export function forgetAccess(projectId: string): void {
  projects.delete(projectId);
}

function openEntry(projectId: string): Known {
  const known = projects.get(projectId);
  if (known) return known;
  if (projects.size >= PROJECTS_CACHED_MAX) projects.clear();
  const fresh: Known = { secrets: new Map() };
  projects.set(projectId, fresh);
  return fresh;
}
