import { readOrigins, readSecretKeys, readSettings } from "../env.ts";
import type { Projects } from "../knowledge/project.ts";
import { listDeadMessages } from "../platform/databases/dead-message-catalog.ts";
import { apiKeyCatalog, projectCatalog } from "../platform/databases/project-catalog.ts";
import { grantCatalog } from "../platform/databases/project-grants.ts";
import { secretCatalog } from "../platform/databases/project-secrets.ts";
import { claimJudges } from "../platform/models/claim-judges.ts";
import { answerModels } from "../platform/models/language-models.ts";
import { addressEmbeddingCache, withFreshStub } from "../platform/objects.ts";
import { reconcileDeps } from "./reconcile-deps.ts";

/**
 * Creates the dependencies of the routes of `/v1/organization`: access to projects, API keys, secrets and grants, and
 * to the reconciliation of vector stores.
 */
export const organizationDeps = (env: Env) => ({
  projects: erasingProjects(env),
  keys: apiKeyCatalog(env.CATALOG),
  secrets: secretCatalog(env.CATALOG, readSecretKeys(env)),
  grants: grantCatalog(env.CATALOG),
  messages: {
    list: (limit: number, after: string | undefined) => listDeadMessages(env.CATALOG, limit, after),
  },
  models: answerModels(env),
  reconciliations: reconcileDeps(env),
  jurisdiction: readSettings(env).JURISDICTION,
  judges: claimJudges(env),
});

/**
 * The projects of the catalog. Archiving one erases its embedding cache, which nothing can use any more. What is still
 * added by files that are being indexed is dropped by the cache after 30 days.
 */
function erasingProjects(env: Env): Projects {
  const projects = projectCatalog(env.CATALOG);
  return {
    ...projects,
    archive: async (id, now) => {
      const archived = await projects.archive(id, now);
      if (!archived) return null;
      const scope = { projectId: archived.id, region: archived.region };
      await withFreshStub(
        () => addressEmbeddingCache(env, scope),
        (cache) => cache.erase(),
      );
      return archived;
    },
  };
}

/** Returns the origins whose web pages may call the API from a browser, as listed in the variable `CORS_ORIGINS`. */
export const corsOrigins = (env: Env): readonly string[] => readOrigins(env);
