import { allowsHost, readAllowedHost } from "../target.ts";

const SUBDOMAINS = "*.";

/**
 * Normalizes an entry in the list of hosts that a secret may be sent to; null if it is invalid. `host` means this host
 * on the default ports of http and https, `host:port` one port, and `*.host` every name below `host`, at any depth, but
 * not `host`.
 */
export function readBoundHost(entry: string): string | null {
  const text = entry.trim();
  if (!text.startsWith(SUBDOMAINS)) return readAllowedHost(text);
  const host = readAllowedHost(text.slice(SUBDOMAINS.length));
  // The last label of a name is never a number, and that of an IPv4 address always is.
  return host === null || /^\[|\.\d+(?::\d+)?$/.test(host) ? null : `${SUBDOMAINS}${host}`;
}

/** Tests whether a secret may be sent to a URL, by the list of hosts that it is bound to. */
export function isBoundTo(hosts: readonly string[], url: URL): boolean {
  return hosts.some((bound) => {
    if (!bound.startsWith(SUBDOMAINS)) return allowsHost(new Set([bound]), url);
    const [name = "", port] = bound.slice(SUBDOMAINS.length).split(":");
    if (!url.hostname.endsWith(`.${name}`)) return false;
    const own = port === undefined ? url.hostname : `${url.hostname}:${port}`;
    return allowsHost(new Set([own]), url);
  });
}
