import { z } from "zod";

import type { ProjectId } from "../ids.ts";

/** Duration of a session of the console, in seconds: a working day. */
export const SESSION_SECONDS = 12 * 60 * 60;
/** Maximum number of projects in a session; a cookie has room for about 25. */
const PROJECTS_MAX = 16;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The content of a session's cookie, before it is sealed. */
const Session = z.strictObject({
  /** The projects that the person has opened, the last one first, each with the SHA-256 of its key. */
  projects: z.array(
    z.strictObject({
      id: z.templateLiteral(["proj_", z.string()]),
      keySha256: Sha256,
    }),
  ),
  /** The SHA-256 of the admin key, if the person has it. */
  operatorSha256: Sha256.nullable(),
  /** The end of the session, in Unix seconds. */
  expiresAt: z.number().int(),
});
/**
 * A session of the console: the keys by which a person has signed in, as their SHA-256. Each request looks its key up
 * as a request with the key itself does, so a session opens what its keys open at that moment, and nothing is stored.
 */
export type Session = z.infer<typeof Session>;

/** A key by which a person signs in: that of a project, or the deployment's admin key. */
export type SessionKey =
  | { readonly kind: "project"; readonly id: ProjectId; readonly sha256: string }
  | { readonly kind: "operator"; readonly sha256: string };

/**
 * Adds a key to a session, or begins one with it. A key of a project that the session has replaces the one before. The
 * session then lasts from `now` on, in Unix seconds; of too many projects, the oldest is dropped.
 */
export function addKey(session: Session | null, key: SessionKey, now: number): Session {
  const { projects = [], operatorSha256 = null } = session ?? {};
  const expiresAt = now + SESSION_SECONDS;
  if (key.kind === "operator") return { projects, operatorSha256: key.sha256, expiresAt };
  const others = projects.filter(({ id }) => id !== key.id);
  const added = [{ id: key.id, keySha256: key.sha256 }, ...others].slice(0, PROJECTS_MAX);
  return { projects: added, operatorSha256, expiresAt };
}

/** Reads the text of a session; null if it is none, or if it has ended at `now`, in Unix seconds. */
export function parseSession(text: string, now: number): Session | null {
  try {
    const parsed = Session.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.expiresAt > now ? parsed.data : null;
  } catch {
    return null;
  }
}
