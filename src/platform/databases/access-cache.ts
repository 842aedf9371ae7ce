import type { Grants } from "../../workflow/steps/step-access.ts";

/** The stated bound on how long a step may still use what was taken away, per isolate. */
export const ACCESS_CACHE_MS = 30_000;
const PROJECTS_CACHED_MAX = 1_000;

type Known = { grants?: Cached<Grants>; readonly secrets: Map<string, Cached<string>> };
type Cached<Value> = { readonly value: Value; readonly until: number };

const projects = new Map<string, Known>();

/** Answers with a project's grants from the isolate's memory, or finds them and remembers them for a while. */
export async function rememberGrants(
  projectId: string,
  find: () => Promise<Grants>,
  now: number,
): Promise<Grants> {
  const cached = projects.get(projectId)?.grants;
  if (cached && cached.until > now) return cached.value;
  const value = await find();
  knownOf(projectId).grants = { value, until: now + ACCESS_CACHE_MS };
  return value;
}

/** The same for a secret. What is not there is not remembered, so that a new secret works at once. */
export async function rememberSecret(
  projectId: string,
  name: string,
  find: () => Promise<string | null>,
  now: number,
): Promise<string | null> {
  const cached = projects.get(projectId)?.secrets.get(name);
  if (cached && cached.until > now) return cached.value;
  const value = await find();
  if (value !== null) {
    knownOf(projectId).secrets.set(name, { value, until: now + ACCESS_CACHE_MS });
  }
  return value;
}

/** Makes a change take effect at once in the isolate that carried it out. */
export function forgetAccess(projectId: string): void {
  projects.delete(projectId);
}

function knownOf(projectId: string): Known {
  const known = projects.get(projectId);
  if (known) return known;
  if (projects.size >= PROJECTS_CACHED_MAX) projects.clear();
  const fresh: Known = { secrets: new Map() };
  projects.set(projectId, fresh);
  return fresh;
}
