import {
  withBound,
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../columns.ts";
import type { SecretKeys } from "../../env.ts";
import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import {
  type ProjectSecrets,
  type SecretEntry,
  SECRETS_MAX,
} from "../../knowledge/project-access.ts";
import { PublicError } from "../../public-error.ts";
import type { Secret } from "../../workflow/steps/step-access.ts";
import { secretBox } from "../secret-box.ts";
import { secretCache } from "./access-cache.ts";

/** Maximum bytes of a sealed secret of 4,096 characters. */
const SEALED_BYTES_MAX = 32_768;

/** The columns of the table of projects' secrets, whose values are encrypted. Times are Unix seconds. */
export const SECRET = columns("project_secret", {
  projectId: text(),
  name: text(),
  ciphertext: withBound(text(), SEALED_BYTES_MAX),
  createdAt: integer(),
  updatedAt: integer(),
  hosts: nullable(json<readonly string[]>()),
});
const ENTRY = SECRET.pick("name", "hosts", "createdAt", "updatedAt");
const OPENED = SECRET.pick("ciphertext", "hosts");
const OF_PROJECT = `FROM project_secret WHERE project_id = ${SECRET.mark("projectId")}`;
const OR_REPLACE = `INTO project_secret (${SECRET.names})
                    SELECT ${SECRET.marks}
                    WHERE EXISTS (SELECT 1 ${OF_PROJECT} AND name = ${SECRET.mark("name")})
                       OR (SELECT count(*) ${OF_PROJECT}) < ?
                    ON CONFLICT (project_id, name) DO UPDATE SET`;
const RETURNING = `RETURNING ${ENTRY.select()}`;
const PUT_VALUE = `INSERT ${OR_REPLACE} ${SECRET.pick("ciphertext", "updatedAt").excluded} ${RETURNING}`;
const PUT_WITH_HOSTS = `INSERT ${OR_REPLACE} ${SECRET.pick("ciphertext", "updatedAt", "hosts").excluded} ${RETURNING}`;
const LIST_SECRETS = `SELECT ${ENTRY.select()} FROM project_secret WHERE project_id = ? ORDER BY name`;
const REMOVE_SECRET = "DELETE FROM project_secret WHERE project_id = ? AND name = ?";
const FIND_SECRET = `SELECT ${OPENED.select()} FROM project_secret WHERE project_id = ? AND name = ?`;

/**
 * Implements `ProjectSecrets` with the table of projects' secrets in the catalog database. `keys` encrypt the
 * values; if they are null, secrets are refused.
 */
export const secretCatalog = (db: D1Database, keys: SecretKeys | null): ProjectSecrets => ({
  isConfigured: keys !== null,
  async put(projectId, { name, value, hosts, now }) {
    if (keys === null) throw new PublicError("Secrets need SECRETS_KEY, which is not set. Set it.");
    const sealed = await secretBox(keys).seal({ projectId, name }, value);
    const stored = hosts ? toJson(hosts) : null;
    const times = { createdAt: now, updatedAt: now };
    const row = { projectId, name, ciphertext: sealed, ...times, hosts: stored };
    const statement = hosts === undefined ? PUT_VALUE : PUT_WITH_HOSTS;
    const put = db.prepare(statement).bind(...SECRET.bind(row), SECRETS_MAX);
    const entry = await put.first<RowOf<typeof ENTRY>>();
    secretCache.forget(projectId);
    return entry && readEntry(entry);
  },
  async list(projectId) {
    const listed = await db.prepare(LIST_SECRETS).bind(projectId).all<RowOf<typeof ENTRY>>();
    return listed.results.map(readEntry);
  },
  async remove(projectId, name) {
    const removed = await db.prepare(REMOVE_SECRET).bind(projectId, name).run();
    secretCache.forget(projectId);
    return removed.meta.changes > 0;
  },
});

/**
 * Finds a secret of a project and decrypts its value, for a workflow step that needs it. Returns null if the project
 * has no secret of this name.
 */
export async function findSecret(
  db: D1Database,
  keys: SecretKeys | null,
  projectId: string,
  name: string,
): Promise<Secret | null> {
  if (keys === null) {
    throw new FatalStepError(
      `The step needs the secret '${name}', but this deployment has no SECRETS_KEY and so no secrets. Ask its operator to set it.`,
    );
  }
  const found = db.prepare(FIND_SECRET).bind(projectId, name);
  const row = await found.first<RowOf<typeof OPENED>>();
  if (row === null) return null;
  const opened = await secretBox(keys).open({ projectId, name }, row.ciphertext);
  if (opened !== null) return { value: opened.text, hosts: readHosts(row) };
  throw new FatalStepError(
    `The secret '${name}' cannot be decrypted, because SECRETS_KEY has changed. Store the secret again, or ask the operator to set SECRETS_KEY_PREVIOUS to the key of before.`,
  );
}

const readEntry = (row: RowOf<typeof ENTRY>): SecretEntry => ({ ...row, hosts: readHosts(row) });
const readHosts = ({ hosts }: Pick<RowOf<typeof SECRET>, "hosts">) =>
  hosts === null ? null : parseJson(hosts);

const SEALED = SECRET.pick("projectId", "name", "ciphertext");
const LIST_SEALED = `SELECT ${SEALED.select()} FROM project_secret
  WHERE (project_id, name) > (?1, ?2) ORDER BY project_id, name LIMIT ?3`;
const RESEAL = `UPDATE project_secret SET ciphertext = ?4
  WHERE project_id = ?1 AND name = ?2 AND ciphertext = ?3`;
const RESEAL_PAGE = 100;

/**
 * Encrypts all secrets again that were encrypted with the previous key. A secret that is set at the same time keeps its
 * new value. Returns the number of those encrypted again, and of those that no key can decrypt.
 */
export async function resealSecrets(
  db: D1Database,
  keys: SecretKeys,
): Promise<{ readonly resealed: number; readonly unreadable: number }> {
  const box = secretBox(keys);
  let [resealed, unreadable] = [0, 0];
  let last = { projectId: "", name: "" };
  for (;;) {
    const listed = db.prepare(LIST_SEALED).bind(last.projectId, last.name, RESEAL_PAGE);
    const { results } = await listed.all<RowOf<typeof SEALED>>();
    for (const { projectId, name, ciphertext } of results) {
      const opened = await box.open({ projectId, name }, ciphertext);
      if (opened === null) unreadable++;
      if (!opened?.isOutdated) continue;
      const sealed = await box.seal({ projectId, name }, opened.text);
      await db.prepare(RESEAL).bind(projectId, name, ciphertext, sealed).run();
      resealed++;
    }
    last = results.at(-1) ?? last;
    if (results.length < RESEAL_PAGE) return { resealed, unreadable };
  }
}
