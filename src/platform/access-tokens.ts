import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from "jose";
import { JOSEError } from "jose/errors";
import { z } from "zod";

import type { AccessIdentity } from "../access-grants.ts";
import { logger } from "./logger.ts";

/** The application of Cloudflare Access in front of a deployment. */
export type AccessApplication = {
  /** Address of the team, such as `https://acme.cloudflareaccess.com`. */
  readonly teamUrl: string;
  /** The application's tag, which Cloudflare writes into `aud` of each token. */
  readonly audience: string;
};

/** The codes of errors that are no fault of the token: the team's keys do not answer, or are no keys. */
const KEYS_AWAY = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"]);
const KEYS_PATH = "/cdn-cgi/access/certs";
const Claims = z.object({
  email: z.string().min(1),
  groups: z.array(z.string()).catch([]),
  custom: z.object({ groups: z.array(z.string()).catch([]) }).catch({ groups: [] }),
});

/** The teams' public keys, by address. They are read once and again when a token names an unknown one. */
const keysByTeam = new Map<string, JWTVerifyGetKey>();

/**
 * Checks a token of Cloudflare Access, from the header `Cf-Access-Jwt-Assertion`: its signature, issuer, audience and
 * time. Returns the person, or null if the token is not valid. Throws if the keys of the team cannot be read, by which
 * nobody can tell: a person who is signed in is not signed out by that.
 */
export async function verifyAccessToken(
  { teamUrl, audience }: AccessApplication,
  token: string,
): Promise<AccessIdentity | null> {
  try {
    const { payload } = await jwtVerify(token, findKeys(teamUrl), {
      issuer: teamUrl,
      audience,
      // A token without an end would open the console for good.
      requiredClaims: ["exp"],
    });
    const claims = Claims.safeParse(payload);
    if (!claims.success) return null;
    const { email, groups, custom } = claims.data;
    return { email, groups: [...groups, ...custom.groups] };
  } catch (error) {
    if (!(error instanceof JOSEError) || KEYS_AWAY.has(error.code)) throw error;
    logger.warn("console.access.refused", { reason: error.code });
    return null;
  }
}

function findKeys(teamUrl: string): JWTVerifyGetKey {
  const known = keysByTeam.get(teamUrl);
  if (known) return known;
  const keys = createRemoteJWKSet(new URL(KEYS_PATH, teamUrl));
  keysByTeam.set(teamUrl, keys);
  return keys;
}
