import { readSecretKeys } from "../../env.ts";
import { grantCache, secretCache } from "../../platform/databases/access-cache.ts";
import { findGrants } from "../../platform/databases/project-grants.ts";
import { findSecret } from "../../platform/databases/project-secrets.ts";
import type { StepAccess } from "../../workflow/steps/step-access.ts";

/**
 * Creates the functions by which workflow steps look up the grants and secrets of projects. Results are cached in the
 * isolate for 30 s.
 */
export const stepAccess = (env: Env): StepAccess => ({
  grants: (projectId) =>
    grantCache.read({ owner: projectId, name: "grants" }, async () => {
      const { httpHosts, sqlTables } = await findGrants(env.CATALOG, projectId);
      return { httpHosts: new Set(httpHosts), sqlTables: new Set(sqlTables) };
    }),
  secret: (projectId, name) =>
    secretCache.read({ owner: projectId, name }, () =>
      findSecret(env.CATALOG, readSecretKeys(env), projectId, name),
    ),
});
