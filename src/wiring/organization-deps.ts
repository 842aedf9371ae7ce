import { readOrigins, readSecretKeys, readSettings } from "../env.ts";
import { listDeadMessages } from "../platform/databases/dead-message-catalog.ts";
import { apiKeyCatalog, projectCatalog } from "../platform/databases/project-catalog.ts";
import { grantCatalog } from "../platform/databases/project-grants.ts";
import { secretCatalog } from "../platform/databases/project-secrets.ts";
import { claimJudges } from "../platform/models/claim-judges.ts";
import { answerModels } from "../platform/models/language-models.ts";
import { reconcileDeps } from "./reconcile-deps.ts";

/**
 * Creates the dependencies of the routes of `/v1/organization`: access to projects, API keys, secrets and grants, and
 * to the reconciliation of vector stores.
 */
export const organizationDeps = (env: Env) => ({
  projects: projectCatalog(env.CATALOG),
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

/** Returns the origins whose web pages may call the API from a browser, as listed in the variable `CORS_ORIGINS`. */
export const corsOrigins = (env: Env): readonly string[] => readOrigins(env);
