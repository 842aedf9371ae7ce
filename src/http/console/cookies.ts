import type { AppContext } from "../app-env.ts";

/**
 * The cookie of a session. The prefix binds it to this host, to https and to the path `/`. On a machine of one's own it
 * carries the port, since browsers share cookies between ports, so that two local services have a session each.
 */
const NAME = "edgewise";
const SECURE_PREFIX = "__Host-";
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Tests whether a request was sent to this machine's own address, as `npm run dev` serves it. */
export const isLoopback = (c: AppContext): boolean => LOOPBACK.test(new URL(c.req.url).hostname);

/**
 * Lists the values of a request's session cookies, that with the prefix first. On loopback a browser that refuses
 * `Secure` without https has only the one without.
 */
export function readCookies(c: AppContext): string[] {
  const sent = new Map(
    (c.req.header("cookie") ?? "").split(";").map((pair) => {
      const [name = "", ...value] = pair.trim().split("=");
      return [name, value.join("=")];
    }),
  );
  return namesFor(c).flatMap((name) => sent.get(name) ?? []);
}

/** Formats the `Set-Cookie` headers that keep a session for `seconds`; 0 removes it. */
export const formatCookies = (c: AppContext, value: string, seconds: number): string[] =>
  namesFor(c).map((name) => {
    const secure = name.startsWith(SECURE_PREFIX) ? "; Secure" : "";
    return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  });

function namesFor(c: AppContext): string[] {
  const { protocol, port } = new URL(c.req.url);
  if (!isLoopback(c)) return [SECURE_PREFIX + NAME];
  const local = port === "" ? NAME : `${NAME}-${port}`;
  return protocol === "https:" ? [SECURE_PREFIX + local] : [SECURE_PREFIX + local, local];
}
