import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import worker from "../../../src/index.ts";
import { createProject, fetchWorker } from "../project.ts";
import { TestSocket, upgrade } from "./socket.ts";

const URL_OF_RESPONSES = "https://edgewise.test/v1/responses";
const APP = "https://app.example.com";
const ASK = { model: "extractive-1", input: "Why is the sky blue?" };

const offer = (protocols: string) =>
  fetchWorker(URL_OF_RESPONSES, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": protocols },
  });

describe("GET /v1/responses", () => {
  it("without an upgrade is answered with 426 and advice", async ({ expect }) => {
    const project = await createProject();
    const response = await project.fetch("/responses");

    expect(response.status).toBe(426);
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(await response.json()).toMatchObject({
      error: { code: "upgrade_required", message: expect.stringContaining("POST /v1/responses") },
    });
    const head = await project.fetch("/responses", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([426, ""]);
  });

  it("needs a key that is known", async ({ expect }) => {
    const headers = { upgrade: "websocket" };
    const without = await fetchWorker(URL_OF_RESPONSES, { headers });
    const unknown = await fetchWorker(URL_OF_RESPONSES, {
      headers: { ...headers, authorization: "Bearer sk-ew-wrong" },
    });

    for (const [response, code] of [
      [without, "missing_api_key"],
      [unknown, "invalid_api_key"],
    ] as const) {
      expect([response.status, response.webSocket]).toEqual([401, null]);
      expect(await response.json()).toMatchObject({ error: { code } });
    }
  });

  it("has the headers of every answer, and a request id", async ({ expect }) => {
    const { status, headers, webSocket } = await upgrade(await createProject());

    expect(status).toBe(101);
    expect(headers.get("x-request-id")).toMatch(/^req_/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    webSocket?.accept();
    webSocket?.close();
  });

  it("takes the key of a browser as a subprotocol, and never answers with it", async ({
    expect,
  }) => {
    const { key } = await createProject();
    const response = await offer(`responses, openai-insecure-api-key.${key}`);
    const wrong = await offer("responses, openai-insecure-api-key.sk-ew-wrong");
    const empty = await offer("responses, openai-insecure-api-key.");

    expect(response.status).toBe(101);
    expect(response.headers.get("sec-websocket-protocol")).toBe("responses");
    if (!response.webSocket) throw new Error("There is no socket");
    const socket = new TestSocket(response.webSocket);
    expect((await socket.create(ASK)).type).toBe("response.completed");
    expect([wrong.status, empty.status]).toEqual([401, 401]);
  });

  it("does not take a subprotocol for a key without an upgrade", async ({ expect }) => {
    const { key } = await createProject();
    const headers = { "sec-websocket-protocol": `openai-insecure-api-key.${key}` };
    expect((await fetchWorker("https://edgewise.test/v1/models", { headers })).status).toBe(401);
  });

  it.for([
    ["", APP, 403],
    ["https://other.example.com", APP, 403],
    ["*", APP, 101],
    [APP, APP, 101],
    [APP, `${APP}.evil.com`, 403],
    [APP, "null", 403],
    ["", "https://edgewise.test", 101],
  ] as const)("with CORS_ORIGINS '%s', a page of %s gets %i", async (given, { expect }) => {
    const [origins, origin, expected] = given;
    const { key } = await createProject();
    const response = await worker.fetch(
      new Request<unknown, IncomingRequestCfProperties>(URL_OF_RESPONSES, {
        headers: { upgrade: "websocket", origin, authorization: `Bearer ${key}` },
      }),
      Object.assign({ ...env }, { CORS_ORIGINS: origins }),
      createExecutionContext(),
    );

    expect(response.status).toBe(expected);
    if (expected === 403) {
      expect(await response.json()).toMatchObject({
        error: { code: "origin_not_allowed", message: expect.stringContaining("CORS_ORIGINS") },
      });
    }
    response.webSocket?.accept();
    response.webSocket?.close();
  });
});
