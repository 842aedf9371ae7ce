import { readOrigins, readSettings } from "../env.ts";
import { findKey } from "../platform/databases/api-keys.ts";
import { apiKeyCatalog, projectCatalog } from "../platform/databases/project-catalog.ts";
import { grantCatalog } from "../platform/databases/project-grants.ts";
import { secretCatalog } from "../platform/databases/project-secrets.ts";
import { answerModels } from "../platform/models/language-models.ts";

/** Creates the dependencies of the routes of `/v1/organization`. */
export const organizationDeps = (env: Env) => ({
  projects: projectCatalog(env.CATALOG),
  keys: apiKeyCatalog(env.CATALOG),
  secrets: secretCatalog(env.CATALOG, readSettings(env).SECRETS_KEY),
  grants: grantCatalog(env.CATALOG),
  models: answerModels(env),
});

/** Creates the dependencies of the middleware that finds the project of an API key. */
export const keyDeps = (env: Env) => ({
  findKey: (sha256: string) => findKey(env.CATALOG, sha256),
});

/** Reads the origins whose pages may call the API. */
export const corsOrigins = (env: Env): readonly string[] => readOrigins(env);

/** Reads the operator's key, a secret of the deployment. Null when it is not set, which closes `/v1/organization`. */
export const adminKey = (env: Env): string | null => readSettings(env).ADMIN_KEY;
