import { allowsHost, readAllowedHost } from "../target.ts";

const SUBDOMAINS = "*.";

/**
 * Normalizes a host that a secret is bound to; null when it is invalid. `host` is that host alone, on the default ports
 * of http and https, and `host:port` on one port. `*.host` is every name below `host`, at any depth, and not `host`.
 */
export function readBoundHost(entry: string): string | null {
  const text = entry.trim();
  if (!text.startsWith(SUBDOMAINS)) return readAllowedHost(text);
  const host = readAllowedHost(text.slice(SUBDOMAINS.length));
  // The last label of a name is never a number, and that of an IPv4 address always is.
  return host === null || /^\[|\.\d+(?::\d+)?$/.test(host) ? null : `${SUBDOMAINS}${host}`;
}

/** Returns true if a secret that is bound to these hosts may be sent to a URL. */
export function isBoundTo(hosts: readonly string[], url: URL): boolean {
  return hosts.some((bound) => {
    if (!bound.startsWith(SUBDOMAINS)) return allowsHost(new Set([bound]), url);
    const [name = "", port] = bound.slice(SUBDOMAINS.length).split(":");
    if (!url.hostname.endsWith(`.${name}`)) return false;
    const own = port === undefined ? url.hostname : `${url.hostname}:${port}`;
    return allowsHost(new Set([own]), url);
  });
}
