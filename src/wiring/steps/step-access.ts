import { readSettings } from "../../env.ts";
import { rememberGrants, rememberSecret } from "../../platform/databases/access-cache.ts";
import { findGrants } from "../../platform/databases/project-grants.ts";
import { findSecret } from "../../platform/databases/project-secrets.ts";
import type { StepAccess } from "../../workflow/steps/step-access.ts";

/** Creates the lookup of grants and secrets in the catalogue, cached for 30 s in the isolate. */
export const stepAccess = (env: Env): StepAccess => ({
  grants: (projectId) =>
    rememberGrants(
      projectId,
      async () => {
        const { httpHosts, sqlTables } = await findGrants(env.CATALOG, projectId);
        return { httpHosts: new Set(httpHosts), sqlTables: new Set(sqlTables) };
      },
      Date.now(),
    ),
  secret: (projectId, name) =>
    rememberSecret(
      projectId,
      name,
      () => findSecret(env.CATALOG, readSettings(env).SECRETS_KEY, projectId, name),
      Date.now(),
    ),
});
