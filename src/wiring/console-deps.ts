import { z } from "zod";

import { collectRights } from "../access-grants.ts";
import type { LocalKeys, SessionDeps } from "../console/console-client.ts";
import { isRecovering, readSecretKeys, readSettings } from "../env.ts";
import { verifyAccessToken } from "../platform/access-tokens.ts";
import { findKey, findProject } from "../platform/databases/api-keys.ts";
import { type SecretBox, secretBox } from "../platform/secret-box.ts";

/** The place to which a session is bound as a secret is to its project, so that neither can be used as the other. */
const PLACE = { projectId: "console", name: "session" };

/** Creates the dependencies of the routes of the console: its sessions and its static files. */
export const consoleDeps = (env: Env) => ({
  ...sessionDeps(env),
  consoleFile: async (path: string, { url, headers }: Request): Promise<Response> => {
    const { CONSOLE_URL } = readSettings(env);
    if (CONSOLE_URL === null) return await env.ASSETS.fetch(new URL(path, url), { headers });
    return await fetch(new URL(path, CONSOLE_URL));
  },
});

/** Creates the dependencies of the middleware that authenticates requests by API key, or by a session of the console. */
export const keyDeps = (env: Env) => ({
  isClosed: isRecovering(env),
  findKey: (sha256: string) => findKey(env.CATALOG, sha256),
  // Read by requests of the console alone.
  get sessions() {
    return sessionDeps(env);
  },
});

function sessionDeps(env: Env): SessionDeps {
  const { ADMIN_KEY: adminKey, CONSOLE_URL, ...settings } = readSettings(env);
  const { ACCESS_TEAM_URL: teamUrl, ACCESS_AUD: audience, ACCESS_PROJECTS: grants } = settings;
  const box = findBox(env);
  return {
    adminKey,
    canSeal: box !== null,
    seal: async (text) => {
      if (!box) throw new Error("A session cannot be sealed without SECRETS_KEY");
      return await box.seal(PLACE, text);
    },
    unseal: async (sealed) => (await box?.open(PLACE, sealed))?.text ?? null,
    findKey: (sha256) => findKey(env.CATALOG, sha256),
    findProject: (id) => findProject(env.CATALOG, id),
    readRights: async (token) => {
      if (teamUrl === null || audience === null) return null;
      const identity = await verifyAccessToken({ teamUrl, audience }, token);
      return identity && collectRights(grants, identity);
    },
    redeem: async (token) => (CONSOLE_URL === null ? null : await redeem(CONSOLE_URL, token)),
  };
}

const boxes = new Map<string, SecretBox>();

/** Returns the box of the deployment's key. It is kept, since each new one derives its key again. */
function findBox(env: Env): SecretBox | null {
  const keys = readSecretKeys(env);
  if (!keys) return null;
  const name = JSON.stringify(keys);
  const known = boxes.get(name) ?? secretBox(keys);
  boxes.set(name, known);
  return known;
}

const LocalKeysBody: z.ZodType<LocalKeys> = z.object({ apiKey: z.string(), adminKey: z.string() });

/** Asks `npm run dev` for the keys of a one-time token; its process holds the tokens, so a restart here revives none. */
async function redeem(consoleUrl: string, token: string): Promise<LocalKeys | null> {
  const response = await fetch(new URL("/redeem", consoleUrl), { method: "POST", body: token });
  if (!response.ok) {
    await response.body?.cancel();
    return null;
  }
  return LocalKeysBody.parse(await response.json());
}
