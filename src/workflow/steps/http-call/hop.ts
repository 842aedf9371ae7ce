import type { HttpWith } from "./http-with.ts";

/** Redirects that are followed; the next one fails the step. */
export const HOPS_MAX = 5;

/** One request on the way to the answer. Header names are in lower case. */
export type Hop = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Headers that hold a secret: another origin never gets them. */
  readonly secretHeaders: ReadonlySet<string>;
};

/** The first request of a step. The key lets the receiver recognise what it gets twice; a caller's own is kept. */
export function firstHop(
  given: HttpWith,
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

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * The request that a redirect asks for, by the rules of the fetch standard: 303 turns everything but HEAD into GET, 301
 * and 302 turn POST into GET. To another origin go only headers that say nothing of who calls, and once left
 * out they stay out. Whether the target may be called is decided elsewhere. Null when the location is no URL.
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

/** A list of what may go, not of what may not: nobody knows the names of all headers that hold a key. */
const CARRIED_ANYWHERE: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "content-type",
  "idempotency-key",
  "user-agent",
]);
