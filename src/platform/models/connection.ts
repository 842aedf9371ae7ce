import { ModelUnavailable, type UnavailableReason } from "../../model-unavailable.ts";

/** Thrown when the connection to a provider fails before a response begins. */
export class ConnectionFailed extends Error {
  override readonly name = "ConnectionFailed";
  readonly reason: ConnectionReason;

  constructor(reason: ConnectionReason, cause: unknown) {
    super(`No connection: ${reason}`, { cause });
    this.reason = reason;
  }
}

type ConnectionReason = Extract<
  UnavailableReason,
  "connection_refused" | "dns_failed" | "unreachable"
>;

/** Wraps a `fetch` so that it throws `ConnectionFailed`, with the reason, when it cannot connect. */
export function explainConnection(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    try {
      return await send(input, init);
    } catch (error) {
      if (init?.signal?.aborted || error instanceof ModelUnavailable) throw error;
      throw new ConnectionFailed(findReason(error, new Request(input).url), error);
    }
  };
}

/**
 * Finds the reason of a failed connection. Node names it in the code of a cause. workerd has one message for a
 * connection that is refused or dropped, and an internal error for a name without an address and for a failed TLS
 * handshake, so only the first can be meant where there is no TLS.
 */
function findReason(error: unknown, url: string): ConnectionReason {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth++) {
    const code = "code" in cause ? String(cause.code) : "";
    if (REFUSED_CODES.has(code)) return "connection_refused";
    if (DNS_CODES.has(code)) return "dns_failed";
    if (cause.message.startsWith("Network connection lost")) return "connection_refused";
    if (cause.message.startsWith("internal error") && isNamed(url)) return "dns_failed";
    cause = cause.cause;
  }
  return "unreachable";
}

const REFUSED_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "UND_ERR_SOCKET",
]);
const DNS_CODES: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN"]);

/** True for an address without TLS whose host is a name. */
function isNamed(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && !/^[\d.]+$|^\[/.test(hostname);
}
