import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

import { describe, it } from "vitest";

import { ModelUnavailable } from "../../../src/model-unavailable.ts";
import { ConnectionFailed, explainConnection } from "../../../src/platform/models/connection.ts";

const NAMED = "http://llm.example/v1";
const SECURE = "https://llm.example/v1";
const NUMBERED = "http://192.0.2.1/v1";

const withCode = (code: string) => Object.assign(new Error("low level"), { code });
const fetchFailed = (cause: Error) => new TypeError("fetch failed", { cause });

/** Errors of `fetch` in Node and in workerd, with the address that was called. */
const FAILURES: readonly (readonly [reason: string, error: Error, address: string])[] = [
  ["connection_refused", fetchFailed(withCode("ECONNREFUSED")), SECURE],
  ["connection_refused", fetchFailed(withCode("ECONNRESET")), SECURE],
  ["connection_refused", fetchFailed(withCode("UND_ERR_SOCKET")), NAMED],
  ["connection_refused", new Error("Network connection lost."), NUMBERED],
  ["dns_failed", fetchFailed(withCode("ENOTFOUND")), SECURE],
  ["dns_failed", fetchFailed(withCode("EAI_AGAIN")), NAMED],
  ["dns_failed", new Error("again", { cause: fetchFailed(withCode("ENOTFOUND")) }), NAMED],
  ["dns_failed", new Error("internal error; reference = abc"), NAMED],
  // It may be the TLS handshake, or there is no name.
  ["unreachable", new Error("internal error; reference = abc"), SECURE],
  ["unreachable", new Error("internal error; reference = abc"), NUMBERED],
  ["unreachable", new Error("internal error; reference = abc"), "http://[2001:db8::1]/v1"],
  ["unreachable", new Error("something else"), NAMED],
];

/** Calls an address with a `fetch`, and returns the error that it throws; null if it throws none. */
async function reach(address: string, send: typeof fetch, init: RequestInit = {}) {
  try {
    await explainConnection(send)(address, init);
    return null;
  } catch (error) {
    return error;
  }
}

const failing = (error: Error) => async (): Promise<Response> => {
  throw error;
};

/** Finds a port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has no other address
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("a connection that fails", () => {
  it.for(FAILURES)("has the reason %s: %s, %s", async ([reason, error, address], { expect }) => {
    const thrown = await reach(address, failing(error));

    expect(thrown).toBeInstanceOf(ConnectionFailed);
    expect(thrown).toMatchObject({ reason, cause: error });
  });

  it("has its reason with the fetch of this runtime", async ({ expect }) => {
    const unused = `http://127.0.0.1:${await freePort()}/`;
    const refused = await reach(unused, fetch);
    const unknown = await reach("http://no-such-host.invalid/", fetch);

    expect(refused).toMatchObject({ reason: "connection_refused" });
    expect(unknown).toMatchObject({ reason: "dns_failed" });
  });

  it("is none where the caller has given up, or the reason is known", async ({ expect }) => {
    const error = fetchFailed(withCode("ECONNRESET"));
    const known = new ModelUnavailable("misconfigured", "The address is not allowed.");

    expect(await reach(NAMED, failing(error), { signal: AbortSignal.abort() })).toBe(error);
    expect(await reach(NAMED, failing(known))).toBe(known);
  });
});
