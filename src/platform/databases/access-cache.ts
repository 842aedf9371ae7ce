import type { Grants, Secret } from "../../workflow/steps/step-access.ts";
import { IsolateCache } from "../isolate-cache.ts";

const PROJECTS_CACHED_MAX = 1_000;

/** The grants of projects. A step may use a removed one for 30 s in another isolate. */
export const grantCache = new IsolateCache<Grants>({ ownersMax: PROJECTS_CACHED_MAX });

/** The secrets of projects. A missing secret is not cached, so that a new one works at once. */
export const secretCache = new IsolateCache<Secret | null>({
  ownersMax: PROJECTS_CACHED_MAX,
  isKept: (secret) => secret !== null,
});
