import type { AccessRights } from "../../access-grants.ts";
import type { SessionDeps } from "../../console/console-client.ts";
import { parseSession, type Session } from "../../console/session.ts";
import type { ApiKeyId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { sha256Hex } from "../../sha256.ts";
import type { AppContext } from "../app-env.ts";
import { readCookies } from "./cookies.ts";

/**
 * The header of every request of the console, with the id of its project or `operator`. A page of another site cannot
 * send it without a preflight, which never allows cookies.
 */
const CONSOLE_HEADER = "x-edgewise-console";
/** The value of the header for the endpoints that need the admin key. */
const OPERATOR = "operator";

/** The project of a request of the console; the key is null where the person came through Cloudflare Access. */
export type ConsoleCaller = {
  readonly scope: Scope;
  readonly key: { readonly id: ApiKeyId; readonly sha256: string } | null;
};

/** Returns the project or `operator` that a request of the console names; undefined if it is none of the console. */
export const readConsoleHeader = (c: AppContext): string | undefined =>
  c.req.header(CONSOLE_HEADER);

/**
 * Refuses a request that carries a session unless it comes from a page of this very host. Browsers that send no
 * `Sec-Fetch-Site` may read, and write nothing.
 */
export function refuseOtherSites(c: AppContext): Refusal | null {
  const site = c.req.header("sec-fetch-site");
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  const isOwn = site === "same-origin" || (site === undefined && isRead);
  if (isOwn && readConsoleHeader(c) !== undefined) return null;
  return {
    code: "origin_not_allowed",
    message:
      "A session of the console is for pages of this service only: the request needs 'Sec-Fetch-Site: same-origin' and the header 'x-edgewise-console'. Other programs send 'Authorization: Bearer KEY'.",
  };
}

/** Reads the session of a request from its cookies; null if there is none that is still valid. */
export async function readSession(c: AppContext, deps: SessionDeps): Promise<Session | null> {
  for (const cookie of readCookies(c)) {
    const text = await deps.unseal(cookie);
    const session = text === null ? null : parseSession(text, Math.floor(Date.now() / 1000));
    if (session) return session;
  }
  return null;
}

/** Reads the rights of a request that came through Cloudflare Access; null if it did not. */
export async function readAccess(c: AppContext, deps: SessionDeps): Promise<AccessRights | null> {
  const token = c.req.header("cf-access-jwt-assertion");
  return token === undefined ? null : await deps.readRights(token);
}

/** Finds the project of a request of the console, among those of its session and of its rights. */
export async function findCaller(
  c: AppContext,
  deps: SessionDeps,
): Promise<Result<ConsoleCaller, Refusal>> {
  const refused = refuseOtherSites(c);
  if (refused) return err(refused);
  const wanted = readConsoleHeader(c);
  const session = await readSession(c, deps);
  const held = session?.projects.find(({ id }) => id === wanted);
  const found = held ? await deps.findKey(held.keySha256) : null;
  if (held && found && found.scope.projectId === wanted) {
    return ok({ scope: found.scope, key: { id: found.apiKeyId, sha256: held.keySha256 } });
  }
  const rights = await readAccess(c, deps);
  const granted = rights?.projects.find((id) => id === wanted);
  const project = granted && (await deps.findProject(granted));
  return project ? ok({ scope: project.scope, key: null }) : err(SIGNED_OUT);
}

/** Tests whether a request of the console has the operator's rights. */
export async function isOperator(c: AppContext, deps: SessionDeps): Promise<boolean> {
  if (refuseOtherSites(c) || readConsoleHeader(c) !== OPERATOR) return false;
  if (await holdsAdminKey(await readSession(c, deps), deps)) return true;
  return (await readAccess(c, deps))?.isOperator ?? false;
}

/** Tests whether a session holds the admin key that the deployment has now. */
export async function holdsAdminKey(
  session: Session | null,
  { adminKey }: Pick<SessionDeps, "adminKey">,
): Promise<boolean> {
  const held = session?.operatorSha256 ?? null;
  return held !== null && adminKey !== null && held === (await sha256Hex(adminKey));
}

const SIGNED_OUT: Refusal = {
  code: "invalid_api_key",
  message:
    "The session has ended, or its key no longer opens this project. Sign in to the console again.",
};
