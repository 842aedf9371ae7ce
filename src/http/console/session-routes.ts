import { z } from "zod";

import type { SessionDeps } from "../../console/console-client.ts";
import { addKey, type Session, SESSION_SECONDS, type SessionKey } from "../../console/session.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { sha256Hex } from "../../sha256.ts";
import type { AppContext } from "../app-env.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { CHANGES } from "../route/declaration.ts";
import { routesWith } from "../route/route.ts";
import { UNKNOWN_KEY } from "../unknown-key.ts";
import { holdsAdminKey, readAccess, readSession, refuseOtherSites } from "./console-request.ts";
import { formatCookies, isLoopback } from "./cookies.ts";

const SessionBody = z
  .strictObject({
    object: objectType("console.session"),
    projects: z
      .array(
        z.strictObject({
          id: z.string().describe("Id of the project."),
          name: z.string().describe("Name of the project."),
        }),
      )
      .describe("The projects that the session opens, the last one that was added first."),
    operator: z
      .boolean()
      .describe("True if the session opens the endpoints that need the admin key."),
    signed_in_by: z
      .enum(["key", "access"])
      .nullable()
      .describe("`access` for Cloudflare Access alone; null if nobody is signed in."),
    expires_at: z
      .number()
      .int()
      .nullable()
      .describe("End of the session in Unix seconds; null without a key."),
  })
  .register(COMPONENTS, { id: "ConsoleSession" });

const SignInBody = z
  .strictObject({
    api_key: z.string().min(1).optional().describe("A project's API key, or the admin key."),
    token: z
      .string()
      .min(1)
      .optional()
      .describe("The one-time token of the link that `npm run dev` prints."),
  })
  .refine(({ api_key, token }) => (api_key === undefined) !== (token === undefined), {
    error: "send 'api_key' or 'token'",
  });

const EXAMPLE = {
  object: "console.session",
  projects: [{ id: "proj_01k8v3q7cde4f6g8h0jkmnpq", name: "Handbook" }],
  operator: false,
  signed_in_by: "key",
  expires_at: 1_795_000_000,
} satisfies z.input<typeof SessionBody>;
const SIGNED_OUT = {
  object: "console.session",
  projects: [],
  operator: false,
  signed_in_by: null,
  expires_at: null,
} satisfies z.input<typeof SessionBody>;

const route = routesWith<SessionDeps>();
const OF_CONSOLE = {
  access: "public",
  ours: true,
  tag: "Console",
  path: "/console/session",
  response: SessionBody,
} as const;

/**
 * The routes of the console's session. The session is a sealed cookie that holds the SHA-256 of keys, so the service
 * stores nothing, and a key that is revoked opens nothing any more.
 */
export const sessionRoutes = [
  route(
    {
      ...OF_CONSOLE,
      method: "GET",
      summary: "Get the session of the console",
      description: "Answers 200 without a session too: then it opens nothing.",
      example: { response: EXAMPLE },
    },
    async ({ c, deps }) => ok(await describeSession(c, deps, await readSession(c, deps))),
  ),
  route(
    {
      ...OF_CONSOLE,
      method: "POST",
      summary: "Sign in to the console",
      description:
        "For pages of the console only: needs `Sec-Fetch-Site: same-origin` and the header `x-edgewise-console`. Sets a cookie that scripts cannot read, for 12 hours. Signed in already, it adds the key's project to the session. Programs send their key with each request instead.",
      body: SignInBody,
      idempotency: CHANGES,
      refusals: ["invalid_api_key", "origin_not_allowed", "not_configured"],
      example: { body: { api_key: "sk-ew-…" }, response: EXAMPLE },
    },
    async ({ c, deps, body }) => {
      const refused = refuseOtherSites(c) ?? refuseSetting(c, deps);
      if (refused) return err(refused);
      const keys = await readKeys(c, deps, body);
      if (!keys.ok) return keys;
      const now = Math.floor(Date.now() / 1000);
      let session = await readSession(c, deps);
      for (const key of keys.value) session = addKey(session, key, now);
      setCookies(c, await deps.seal(JSON.stringify(session)), SESSION_SECONDS);
      return ok(await describeSession(c, deps, session));
    },
  ),
  route(
    {
      ...OF_CONSOLE,
      method: "DELETE",
      summary: "Sign out of the console",
      refusals: ["origin_not_allowed"],
      example: { response: SIGNED_OUT },
    },
    ({ c }) => {
      const refused = refuseOtherSites(c);
      if (refused) return err(refused);
      setCookies(c, "", 0);
      return ok(SIGNED_OUT);
    },
  ),
];

function setCookies(c: AppContext, value: string, seconds: number): void {
  for (const cookie of formatCookies(c, value, seconds)) {
    c.header("set-cookie", cookie, { append: true });
  }
}

/** Describes what a session opens at this moment: projects whose key was revoked are left out. */
async function describeSession(
  c: AppContext,
  deps: SessionDeps,
  session: Session | null,
): Promise<z.input<typeof SessionBody>> {
  const held = await Promise.all(
    (session?.projects ?? []).map(async ({ id, keySha256 }) =>
      (await deps.findKey(keySha256)) ? id : null,
    ),
  );
  const rights = await readAccess(c, deps);
  const ids = new Set([...held.filter((id) => id !== null), ...(rights?.projects ?? [])]);
  const named = await Promise.all(
    Array.from(ids, async (id) => {
      const project = await deps.findProject(id);
      return project && { id, name: project.name };
    }),
  );
  const projects = named.filter((project) => project !== null);
  const byKey = (await holdsAdminKey(session, deps)) || held.some((id) => id !== null);
  const operator = (await holdsAdminKey(session, deps)) || (rights?.isOperator ?? false);
  if (projects.length === 0 && !operator) return SIGNED_OUT;
  const expires_at = byKey ? (session?.expiresAt ?? null) : null;
  const signed_in_by = byKey ? "key" : "access";
  return { object: "console.session", projects, operator, signed_in_by, expires_at };
}

function refuseSetting(c: AppContext, { canSeal }: SessionDeps): Refusal | null {
  if (!canSeal) return NO_SECRETS_KEY;
  const isSafe = new URL(c.req.url).protocol === "https:" || isLoopback(c);
  return isSafe ? null : NOT_SAFE;
}

/** Finds the keys that a request proves: a project's or the admin key, or both by the link of `npm run dev`. */
async function readKeys(
  c: AppContext,
  deps: SessionDeps,
  { api_key, token }: z.output<typeof SignInBody>,
): Promise<Result<SessionKey[], Refusal>> {
  if (token === undefined) {
    const key = await readKey(deps, api_key ?? "");
    return key ? ok([key]) : err({ ...UNKNOWN_KEY, param: "api_key" });
  }
  const keys = isLoopback(c) ? await deps.redeem(token) : null;
  if (!keys) return err(SPENT_TOKEN);
  const found = await Promise.all([readKey(deps, keys.adminKey), readKey(deps, keys.apiKey)]);
  return ok(found.filter((key) => key !== null));
}

async function readKey(deps: SessionDeps, text: string): Promise<SessionKey | null> {
  const sha256 = await sha256Hex(text);
  if (deps.adminKey !== null && sha256 === (await sha256Hex(deps.adminKey))) {
    return { kind: "operator", sha256 };
  }
  const found = await deps.findKey(sha256);
  return found && { kind: "project", id: found.scope.projectId, sha256 };
}

const NO_SECRETS_KEY: Refusal = {
  code: "not_configured",
  message:
    "Nobody can sign in to the console of this deployment, since it has no SECRETS_KEY, which encrypts sessions. 'npm run dev' and 'npm run deploy' set one.",
};
const NOT_SAFE: Refusal = {
  code: "not_configured",
  message:
    "Sessions need https, since their cookie must not be sent in the clear. Open the console by its https address, or by localhost on the machine of the service.",
};
const SPENT_TOKEN: Refusal = {
  code: "invalid_api_key",
  message:
    "This sign-in link was used already, or is older than five minutes. Restart 'npm run dev' for a new one, or paste the API key that it printed.",
  param: "token",
};
