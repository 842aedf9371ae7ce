import type { HttpCall } from "./http-with.ts";

/** Maximum number of redirects that an `http@1` step follows. One more fails the step. */
export const HOPS_MAX = 5;

/** A request of an `http@1` step: the first, or one that a redirect leads to. Header names are in lower case. */
export type Hop = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Names of the headers that contain a secret. They are never sent to another origin. */
  readonly secretHeaders: ReadonlySet<string>;
};

/**
 * Builds the first request of an `http@1` step. It has the step's idempotency key as a header, so that the receiver can
 * recognise a repetition, unless the step sets that header itself.
 */
export function firstHop(
  given: HttpCall,
  { headers, secretHeaders }: Pick<Hop, "headers" | "secretHeaders">,
  idempotencyKey: string,
): Hop {
  const url = URL.parse(given.url);
  for (const [name, value] of Object.entries(given.query)) {
    url?.searchParams.append(name, String(value));
  }
  const mayRepeat = given.method === "GET" || given.method === "HEAD";
  return {
    url: url?.href ?? given.url,
    method: given.method,
    headers: {
      ...(given.json !== undefined && { "content-type": "application/json" }),
      ...(given.body !== undefined && { "content-type": "text/plain; charset=utf-8" }),
      ...(!mayRepeat && { "idempotency-key": idempotencyKey }),
      "user-agent": "Edgewise",
      ...headers,
    },
    body: given.json === undefined ? (given.body ?? null) : JSON.stringify(given.json),
    secretHeaders,
  };
}

/** Tests whether an HTTP status is one of the redirects that are followed. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * Builds the request that a redirect leads to, by the rules of the Fetch standard: 303 changes every method except HEAD
 * to GET, 301 and 302 change POST to GET. Another origin gets only headers that do not identify the caller, and removed
 * headers stay removed. Returns null if `location` is not a valid URL. The caller must check that the target is
 * allowed.
 */
export function nextHop(hop: Hop, status: number, location: string): Hop | null {
  const url = URL.parse(location, hop.url);
  if (!url) return null;
  const becomesGet =
    (status === 303 && hop.method !== "GET" && hop.method !== "HEAD") ||
    ((status === 301 || status === 302) && hop.method === "POST");
  const isSameOrigin = url.origin === new URL(hop.url).origin;
  const headers = Object.entries(hop.headers).filter(([name]) => {
    if (becomesGet && (name === "idempotency-key" || name.startsWith("content-"))) return false;
    return isSameOrigin || (CARRIED_ANYWHERE.has(name) && !hop.secretHeaders.has(name));
  });
  return {
    url: url.href,
    method: becomesGet ? "GET" : hop.method,
    headers: Object.fromEntries(headers),
    body: becomesGet ? null : hop.body,
    secretHeaders: hop.secretHeaders,
  };
}

/** An allow-list: the names of all headers that may contain a key cannot be known. */
const CARRIED_ANYWHERE: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "content-type",
  "idempotency-key",
  "user-agent",
]);
