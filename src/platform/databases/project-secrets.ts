import { withBound, columns, integer, type RowOf, text } from "../../columns.ts";
import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import { type ProjectSecrets, SECRETS_MAX } from "../../knowledge/project-access.ts";
import { PublicError } from "../../public-error.ts";
import { secretBox } from "../secret-box.ts";
import { forgetAccess } from "./access-cache.ts";

/** Maximum bytes of a sealed secret of 4,096 characters. */
const SEALED_BYTES_MAX = 32_768;

/** The encrypted secrets of projects. */
export const SECRET = columns("project_secret", {
  projectId: text(),
  name: text(),
  ciphertext: withBound(text(), SEALED_BYTES_MAX),
  createdAt: integer(),
  updatedAt: integer(),
});
const ENTRY = SECRET.pick("name", "createdAt", "updatedAt");
const OF_PROJECT = `FROM project_secret WHERE project_id = ${SECRET.mark("projectId")}`;
const PUT_SECRET = `INSERT INTO project_secret (${SECRET.names})
                    SELECT ${SECRET.marks}
                    WHERE EXISTS (SELECT 1 ${OF_PROJECT} AND name = ${SECRET.mark("name")})
                       OR (SELECT count(*) ${OF_PROJECT}) < ?
                    ON CONFLICT (project_id, name)
                    DO UPDATE SET ${SECRET.pick("ciphertext", "updatedAt").excluded}
                    RETURNING ${ENTRY.select()}`;
const LIST_SECRETS = `SELECT ${ENTRY.select()} FROM project_secret WHERE project_id = ? ORDER BY name`;
const REMOVE_SECRET = "DELETE FROM project_secret WHERE project_id = ? AND name = ?";
const FIND_SECRET = "SELECT ciphertext FROM project_secret WHERE project_id = ? AND name = ?";

/** Creates the store of encrypted secrets in the catalogue. */
export const secretCatalog = (db: D1Database, masterKey: string | null): ProjectSecrets => ({
  isConfigured: masterKey !== null,
  async put(projectId, name, value, now) {
    if (masterKey === null)
      throw new PublicError("Secrets need SECRETS_KEY, which is not set. Set it.");
    const sealed = await secretBox(masterKey).seal({ projectId, name }, value);
    const row = { projectId, name, ciphertext: sealed, createdAt: now, updatedAt: now };
    const put = db.prepare(PUT_SECRET).bind(...SECRET.bind(row), SECRETS_MAX);
    const entry = await put.first<RowOf<typeof ENTRY>>();
    forgetAccess(projectId);
    return entry;
  },
  async list(projectId) {
    return (await db.prepare(LIST_SECRETS).bind(projectId).all<RowOf<typeof ENTRY>>()).results;
  },
  async remove(projectId, name) {
    const removed = await db.prepare(REMOVE_SECRET).bind(projectId, name).run();
    forgetAccess(projectId);
    return removed.meta.changes > 0;
  },
});

/** Decrypts a secret for the step that needs it. Null when there is no such secret. */
export async function findSecret(
  db: D1Database,
  masterKey: string | null,
  projectId: string,
  name: string,
): Promise<string | null> {
  if (masterKey === null) {
    throw new FatalStepError(
      `The step needs the secret '${name}', but this deployment has no SECRETS_KEY and so no secrets. Ask its operator to set it.`,
    );
  }
  const sealed = await db.prepare(FIND_SECRET).bind(projectId, name).first<string>("ciphertext");
  if (sealed === null) return null;
  const opened = await secretBox(masterKey).open({ projectId, name }, sealed);
  if (opened !== null) return opened;
  throw new FatalStepError(
    `The secret '${name}' cannot be decrypted, because SECRETS_KEY has changed. Store the secret again.`,
  );
}
