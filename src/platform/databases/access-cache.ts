import type { Grants, Secret } from "../../workflow/steps/step-access.ts";
import { IsolateCache } from "../isolate-cache.ts";

const PROJECTS_CACHED_MAX = 1_000;

/** The cache of projects' grants. After a grant is removed, steps may still use it for 30 s in other isolates. */
export const grantCache = new IsolateCache<Grants>({ ownersMax: PROJECTS_CACHED_MAX });

/**
 * The cache of projects' secrets. A missing secret is not cached, so that a secret works at once after it is created.
 */
export const secretCache = new IsolateCache<Secret | null>({
  ownersMax: PROJECTS_CACHED_MAX,
  isKept: (secret) => secret !== null,
});
