import type { Grants, Secret } from "../../workflow/steps/step-access.ts";
import { IsolateCache } from "../isolate-cache.ts";

const PROJECTS_CACHED_MAX = 1_000;

/**
 * The cache of projects' grants, for each isolate. After a grant is removed, steps in other isolates may still use it
 * for 30 s.
 */
export const grantCache = new IsolateCache<Grants>({ ownersMax: PROJECTS_CACHED_MAX });

/** The cache of projects' secrets. That a secret is missing is not cached, so that a new secret can be used at once. */
export const secretCache = new IsolateCache<Secret | null>({
  ownersMax: PROJECTS_CACHED_MAX,
  isKept: (secret) => secret !== null,
});
