import { describe, it } from "vitest";

import { callHttp, type CallHttpDeps } from "../../../../src/workflow/steps/http-call/call-http.ts";
import { HttpCall } from "../../../../src/workflow/steps/http-call/http-with.ts";
import { fillWithSecrets } from "../../../../src/workflow/steps/http-call/secrets/secret-text.ts";

/** Long, and without a period: the search compares a form at each place that begins like it. */
const SECRET = Array.from({ length: 170 }, (_none, at) => `s3cret-value-7391.${at}`).join("");
const LOST =
  "Error: POST api.example.com: the connection failed, or broke off before the answer was complete.";
const SECRET_URL = "https://api.example.com/pay?token=7391";

/** Returns the messages of a call whose network fails like this: the one for clients, and the one for the log. */
async function readMessages(
  send: CallHttpDeps["send"],
  stop = new AbortController().signal,
  url = SECRET_URL,
) {
  const deps: CallHttpDeps = {
    send,
    resolve: async () => ["93.184.216.34"],
    allowedHosts: async () => new Set(),
    secret: async () => ({ value: SECRET, hosts: null }),
    now: () => 0,
  };
  const headers = { authorization: "{{secrets.KEY}}" };
  const given = fillWithSecrets({ url, method: "POST", headers }, (template) => template);
  const call = callHttp(deps, HttpCall.parse(given), {
    idempotencyKey: "run_1:call",
    signal: stop,
  });
  return await call.then(
    () => null,
    (error: unknown) =>
      error instanceof Error
        ? {
            message: `${error.name}: ${error.message}`,
            logged: error.cause instanceof Error ? error.cause.message : null,
          }
        : null,
  );
}

const readMessage = async (...given: Parameters<typeof readMessages>) =>
  (await readMessages(...given))?.message;

describe("a call that the network fails", () => {
  it("names the method and the host, but not the query", async ({ expect }) => {
    const refused = await readMessage(async () => {
      throw new TypeError("Network connection lost.");
    });
    const chatty = await readMessages(async () => {
      throw new TypeError(`Fetch API cannot load: ${SECRET_URL} ${SECRET}`);
    });
    const cut = await readMessage(async () => {
      const body = new ReadableStream({
        pull: (controller) => controller.error(new Error("Connection reset")),
      });
      return new Response(body);
    });

    expect(refused).toBe(LOST);
    expect(chatty).toEqual({
      message: LOST,
      logged: "Fetch API cannot load: api.example.com {{secrets.KEY}}",
    });
    expect(cut).toBe(LOST);
  });

  it("reports a timeout", async ({ expect }) => {
    const late = await readMessage(async () => {
      throw new TypeError("Network connection lost.");
    }, AbortSignal.abort());

    expect(late).toBe("Error: The call was aborted: the attempt has no time left.");
  });
});

const refuse = (body: string) => async () => new Response(body, { status: 400 });

describe("a server that repeats a secret", () => {
  it.for<[string, string]>([
    ["a body that is cut off within it", `${" ".repeat(256 * 1024 - 100)}${SECRET}`],
    ["a body of it that is cut off", SECRET.repeat(80)],
    [
      "a body that is cut off within an encoding",
      `${" ".repeat(256 * 1024 - 100)}${btoa(`a:${SECRET}`)}`,
    ],
    ["a body that ends within it", `${SECRET}{"a":"`],
  ])("is reported without it: %s", async ([, body], { expect }) => {
    const messages = await readMessages(refuse(body));

    expect(messages?.message).toBe(
      "FatalStepError: POST https://api.example.com/pay answered 400 with " +
        (body.length > 256 * 1024 ? "a longer body" : "a body") +
        " of text/plain. To read it in the run, add 400 to the step's `accept_status`.",
    );
    expect(messages?.logged?.length).toBeLessThanOrEqual(301);
    expect(JSON.stringify(messages)).not.toMatch(/s3cret|7391|czNjcmV0/i);
  });

  it("is reported without it if its connection breaks within it", async ({ expect }) => {
    const messages = await readMessages(async () => {
      let isFirst = true;
      const body = new ReadableStream({
        pull: (controller) => {
          if (isFirst) controller.enqueue(new TextEncoder().encode(`No: ${SECRET.slice(0, 60)}`));
          else controller.error(new Error("Connection reset"));
          isFirst = false;
        },
      });
      return new Response(body, { status: 400 });
    });

    expect(messages?.logged).toBe("No: {{secrets.KEY}}");
    expect(messages?.message).toContain("answered 400 with a longer body of no content type.");
  });

  it("is reported without it if its path is too long to be shown", async ({ expect }) => {
    const message = await readMessage(refuse(""), undefined, `https://a.example/x/${SECRET}`);

    expect(message).toContain(
      "POST https://a.example/x/{{secrets.KEY}} answered 400 with no body.",
    );
  });
});
