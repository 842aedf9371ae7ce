import { err, ok, type Result } from "../../../result.ts";
import { shorten } from "../../../shorten.ts";
import { parseIpv4, whyNotPublic } from "./address.ts";

/**
 * A URL that a step may call, provided that all addresses of the host name `lookUp` are public. If `lookUp` is null, no
 * look-up is needed.
 */
export type Target = { readonly url: URL; readonly lookUp: string | null };

/**
 * Decides whether an `http@1` step may call a URL. Hosts in `allowed`, the project's grants, always are; every other
 * host must be public. The error gives the reason, for the run.
 */
export function checkTarget(text: string, allowed: ReadonlySet<string>): Result<Target, string> {
  const url = URL.parse(text);
  if (!url) return err(`'${shorten(text)}' is not a URL`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return err(`the URL begins with '${shorten(url.protocol)}'; use http: or https:`);
  }
  if (url.username !== "" || url.password !== "") {
    return err("the URL contains a user name or a password; send it in a header, from a secret");
  }
  url.hash = "";
  if (allowsHost(allowed, url)) return ok({ url, lookUp: null });
  const refusal = (what: string) =>
    err(`'${shorten(url.hostname)}' is ${what}; add it to the project's allow-list to call it`);
  const address = addressIn(url.hostname);
  if (address !== null) {
    const what = whyNotPublic(address);
    return what === null ? ok({ url, lookUp: null }) : refusal(what);
  }
  const name = url.hostname.replace(/\.$/, "");
  if (METADATA_NAMES.has(name)) return refusal("a metadata service");
  const labels = name.split(".");
  if (labels.some((label) => label === "")) return refusal("not a host name");
  if (labels.length === 1 || LOCAL_NAMES.some((local) => name.endsWith(`.${local}`))) {
    return refusal("a name of a private network");
  }
  return ok({ url, lookUp: name });
}

/** Decides by its addresses whether a host may be called: all of them must be public. The error gives the reason. */
export function checkAddresses(name: string, addresses: readonly string[]): Result<null, string> {
  if (addresses.length === 0) return err(`'${shorten(name)}' has no address`);
  for (const address of addresses) {
    const what = whyNotPublic(address);
    if (what !== null) {
      return err(
        `'${shorten(name)}' has the address ${address}, which is ${what}; add the name to the project's allow-list to call it`,
      );
    }
  }
  return ok(null);
}

/**
 * Normalizes an entry in a project's list of granted hosts; null if it is invalid. `host` allows the default ports of
 * http and https, `host:port` one port.
 */
export function readAllowedHost(entry: string): string | null {
  const parts = /^([^\s*/?#@\\:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(entry.trim());
  const url = parts && URL.parse(`http://${parts[1]}`);
  if (!parts || !url) return null;
  const port = parts[2] === undefined ? null : Number(parts[2]);
  if (port === null) return url.hostname;
  return port >= 1 && port <= 65_535 ? `${url.hostname}:${port}` : null;
}

/** Tests whether the host and port of a URL are in a list of hosts, each normalized by `readAllowedHost`. */
export function allowsHost(hosts: ReadonlySet<string>, url: URL): boolean {
  return hosts.has(url.host) || hosts.has(hostAndPort(url));
}

function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

function addressIn(hostname: string): string | null {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return parseIpv4(hostname) === null ? null : hostname;
}

const METADATA_NAMES: ReadonlySet<string> = new Set(["metadata.google.internal", "metadata.goog"]);

/**
 * Endings of non-public names: RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and common names of office
 * networks.
 */
const LOCAL_NAMES = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "home.arpa",
  "home",
  "lan",
  "corp",
  "intranet",
  "private",
];
