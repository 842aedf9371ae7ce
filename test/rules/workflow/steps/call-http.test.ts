import { describe, it } from "vitest";

import { callHttp, type CallHttpDeps } from "../../../../src/workflow/steps/http-call/call-http.ts";
import { HttpWith } from "../../../../src/workflow/steps/http-call/http-with.ts";

const SECRET_URL = "https://api.example.com/pay?token=7391";

/** Returns the message of a call whose network fails like this. */
async function readMessage(send: CallHttpDeps["send"], stop = new AbortController().signal) {
  const deps: CallHttpDeps = {
    send,
    resolve: async () => ["93.184.216.34"],
    allowedHosts: async () => new Set(),
    secret: async () => null,
    now: () => 0,
  };
  const given = HttpWith.parse({ url: SECRET_URL, method: "POST" });
  const call = callHttp(deps, given, { idempotencyKey: "run_1:call", signal: stop });
  return await call.then(
    () => null,
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : null),
  );
}

describe("a call that the network fails", () => {
  it("names the method and the host, but not the query", async ({ expect }) => {
    const refused = await readMessage(async () => {
      throw new TypeError("Network connection lost.");
    });
    const chatty = await readMessage(async () => {
      throw new TypeError(`Fetch API cannot load: ${SECRET_URL}`);
    });
    const cut = await readMessage(async () => {
      const body = new ReadableStream({
        pull: (controller) => controller.error(new Error("Connection reset")),
      });
      return new Response(body);
    });

    expect(refused).toBe("Error: POST api.example.com: Network connection lost.");
    expect(chatty).toBe("Error: POST api.example.com: Fetch API cannot load: api.example.com");
    expect(cut).toBe("Error: POST api.example.com: Connection reset");
  });

  it("reports a timeout", async ({ expect }) => {
    const late = await readMessage(async () => {
      throw new TypeError("Network connection lost.");
    }, AbortSignal.abort());

    expect(late).toBe("Error: The call was aborted: the attempt has no time left.");
  });
});
