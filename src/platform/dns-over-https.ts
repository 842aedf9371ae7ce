import { z } from "zod";

import { PublicError } from "../public-error.ts";
import { shorten } from "../shorten.ts";

/** The JSON form of DNS answers (RFC 8427), as Cloudflare and Google send it. */
const Answer = z.object({
  Status: z.number(),
  Answer: z.array(z.object({ type: z.number(), data: z.string() })).default([]),
});

const RECORD_TYPES = { A: 1, AAAA: 28 } as const;
const NO_ERROR = 0;
const NO_SUCH_NAME = 3;
const TIMEOUT_MS = 5_000;

/**
 * Looks up the IPv4 and IPv6 addresses of a host name with the DNS-over-HTTPS server at `server`. Throws if either
 * lookup fails, since callers check that no address is private, and half of the addresses prove nothing.
 */
export async function resolveOverHttps(
  server: string,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const found = await Promise.all([
    queryRecords(server, name, "A", soon),
    queryRecords(server, name, "AAAA", soon),
  ]);
  return found.flat();
}

async function queryRecords(
  server: string,
  name: string,
  type: keyof typeof RECORD_TYPES,
  signal: AbortSignal,
): Promise<string[]> {
  const url = new URL(server);
  url.searchParams.set("name", name);
  url.searchParams.set("type", type);
  try {
    const response = await fetch(url, { headers: { accept: "application/dns-json" }, signal });
    if (!response.ok) throw new Error(`the server answered with status ${response.status}`);
    const { Status, Answer: records } = Answer.parse(await response.json());
    if (Status === NO_SUCH_NAME) return [];
    if (Status !== NO_ERROR) throw new Error(`the server answered with DNS error ${Status}`);
    return records.filter((record) => record.type === RECORD_TYPES[type]).map(({ data }) => data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PublicError(
      `The name '${shorten(name)}' could not be looked up at ${url.host}: ${reason}`,
      {
        cause: error,
      },
    );
  }
}
