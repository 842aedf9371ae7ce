import { err, ok, type Result } from "../../../result.ts";
import { parseIpv4, whyNotPublic } from "./address.ts";

/** A URL that may be called, provided that, where `lookUp` is a name, all its addresses are public ones. */
export type Target = { readonly url: URL; readonly lookUp: string | null };

/**
 * Decides whether a step may call a URL, a redirect's included. Hosts that the project's allow-list names are called
 * whatever they are; every other one must be public. The error says why not, for the run.
 */
export function checkTarget(text: string, allowed: ReadonlySet<string>): Result<Target, string> {
  const url = URL.parse(text);
  if (!url) return err(`'${text.slice(0, 200)}' is not a URL`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return err(`the URL begins with '${url.protocol}'; http: and https: are served`);
  }
  if (url.username !== "" || url.password !== "") {
    return err("the URL holds a user name or a password; send it in a header, from a secret");
  }
  url.hash = "";
  if (allowed.has(url.host) || allowed.has(hostAndPort(url))) return ok({ url, lookUp: null });
  const refusal = (what: string) =>
    err(`'${url.hostname}' is ${what}; only the project's allow-list can open it`);
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

/** Decides whether a name may be called that has these addresses: one that is not public closes it. */
export function checkAddresses(name: string, addresses: readonly string[]): Result<null, string> {
  if (addresses.length === 0) return err(`'${name}' has no address`);
  for (const address of addresses) {
    const what = whyNotPublic(address);
    if (what !== null) {
      return err(
        `'${name}' has the address ${address}, which is ${what}; only the project's allow-list can open it`,
      );
    }
  }
  return ok(null);
}

/**
 * An entry of the allow-list as it is kept, or null when it is none: `host` is that host on the usual port of http and
 * https, `host:port` is one port of it.
 */
export function readAllowedHost(entry: string): string | null {
  const parts = /^([^\s*/?#@\\:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(entry.trim());
  const url = parts && URL.parse(`http://${parts[1]}`);
  if (!parts || !url) return null;
  const port = parts[2] === undefined ? null : Number(parts[2]);
  if (port === null) return url.hostname;
  return port >= 1 && port <= 65_535 ? `${url.hostname}:${port}` : null;
}

function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

function addressIn(hostname: string): string | null {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return parseIpv4(hostname) === null ? null : hostname;
}

const METADATA_NAMES: ReadonlySet<string> = new Set(["metadata.google.internal", "metadata.goog"]);

/** Endings that no public name has: RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and the habits of offices. */
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
