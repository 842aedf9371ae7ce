import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import {
  type ProjectSecrets,
  type SecretEntry,
  SECRETS_MAX,
} from "../../knowledge/project-access.ts";
import { secretBox } from "../secret-box.ts";
import { forgetAccess } from "./access-cache.ts";

const ENTRY = "name, created_at AS createdAt, updated_at AS updatedAt";
const PUT_SECRET = `INSERT INTO project_secret (project_id, name, ciphertext, created_at, updated_at)
                    SELECT ?1, ?2, ?3, ?4, ?4
                    WHERE EXISTS (SELECT 1 FROM project_secret WHERE project_id = ?1 AND name = ?2)
                       OR (SELECT count(*) FROM project_secret WHERE project_id = ?1) < ?5
                    ON CONFLICT (project_id, name)
                    DO UPDATE SET ciphertext = excluded.ciphertext, updated_at = excluded.updated_at
                    RETURNING ${ENTRY}`;
const LIST_SECRETS = `SELECT ${ENTRY} FROM project_secret WHERE project_id = ? ORDER BY name`;
const REMOVE_SECRET = "DELETE FROM project_secret WHERE project_id = ? AND name = ?";
const FIND_SECRET = "SELECT ciphertext FROM project_secret WHERE project_id = ? AND name = ?";

/** Secrets in CATALOG, encrypted. */
export const secretCatalog = (db: D1Database, masterKey: string | null): ProjectSecrets => ({
  isConfigured: masterKey !== null,
  async put(projectId, name, value, now) {
    if (masterKey === null) throw new Error("Secrets need SECRETS_KEY, which is not set.");
    const sealed = await secretBox(masterKey).seal({ projectId, name }, value);
    const put = db.prepare(PUT_SECRET).bind(projectId, name, sealed, now, SECRETS_MAX);
    const entry = await put.first<SecretEntry>();
    forgetAccess(projectId);
    return entry;
  },
  async list(projectId) {
    return (await db.prepare(LIST_SECRETS).bind(projectId).all<SecretEntry>()).results;
  },
  async remove(projectId, name) {
    const removed = await db.prepare(REMOVE_SECRET).bind(projectId, name).run();
    forgetAccess(projectId);
    return removed.meta.changes > 0;
  },
});

/** A secret's text for the step that needs it, or null when there is none. */
export async function findSecret(
  db: D1Database,
  masterKey: string | null,
  projectId: string,
  name: string,
): Promise<string | null> {
  if (masterKey === null) {
    throw new FatalStepError(
      `The step needs the secret '${name}', but this deployment has no SECRETS_KEY and so no secrets.`,
    );
  }
  const sealed = await db.prepare(FIND_SECRET).bind(projectId, name).first<string>("ciphertext");
  if (sealed === null) return null;
  const text = await secretBox(masterKey).open({ projectId, name }, sealed);
  if (text !== null) return text;
  throw new FatalStepError(
    `The secret '${name}' cannot be decrypted: SECRETS_KEY is another one now. Store the secret again.`,
  );
}
