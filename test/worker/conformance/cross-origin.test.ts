import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import OpenAI from "openai";
import { describe, it } from "vitest";

import { EXPOSED_HEADERS } from "../../../src/http/cross-origin.ts";
import worker from "../../../src/index.ts";
import { createProject } from "../project.ts";

const APP = "https://app.example.com";
const RESPONSES = "https://edgewise.test/v1/responses";

/** Sends requests to a deployment with this setting. */
const deploymentFor =
  (origins: string): typeof fetch =>
  async (input, { cf: _cf, ...init } = {}) =>
    await worker.fetch(
      new Request<unknown, IncomingRequestCfProperties>(input, init),
      Object.assign({ ...env }, { CORS_ORIGINS: origins }),
      createExecutionContext(),
    );

const preflight = (origin: string, headers = "authorization,content-type"): RequestInit => ({
  method: "OPTIONS",
  headers: {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": headers,
  },
});

const allowed = ({ headers }: Response) => headers.get("access-control-allow-origin");

describe("a deployment that names origins", () => {
  it("answers their preflights without a key, and no other's", async ({ expect }) => {
    const send = deploymentFor(`https://other.example.com, ${APP}`);
    const response = await send(RESPONSES, preflight(APP));
    expect(response.status).toBe(204);
    expect(allowed(response)).toBe(APP);
    expect(response.headers.get("vary")).toContain("Origin");
    expect(response.headers.get("access-control-allow-headers")).toBe("authorization,content-type");
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      expect(response.headers.get("access-control-allow-methods")).toContain(method);
    }
    for (const path of ["files/file-1", "organization/projects", "unknown"]) {
      expect(allowed(await send(`https://edgewise.test/v1/${path}`, preflight(APP)))).toBe(APP);
    }
    for (const origin of ["https://evil.example.com", `${APP}.evil.com`, "null"]) {
      expect(allowed(await send(RESPONSES, preflight(origin)))).toBeNull();
    }
  });

  it("marks answers, errors and streams, and exposes their headers", async ({ expect }) => {
    const send = deploymentFor(APP);
    const { key } = await createProject();
    const ask = async (body: string, bearer = key) =>
      await send(RESPONSES, {
        method: "POST",
        headers: {
          origin: APP,
          authorization: `Bearer ${bearer}`,
          "content-type": "application/json",
        },
        body,
      });
    const body = { model: "extractive-1", input: "Hello" };
    for (const [status, response] of [
      [200, await ask(JSON.stringify(body))],
      [200, await ask(JSON.stringify({ ...body, stream: true }))],
      [400, await ask("no JSON")],
      [401, await ask("{}", "sk-ew-wrong")],
      [404, await send("https://edgewise.test/nowhere", { headers: { origin: APP } })],
    ] as const) {
      expect({ status: response.status, origin: allowed(response) }).toEqual({
        status,
        origin: APP,
      });
      const exposed = response.headers.get("access-control-expose-headers")?.split(",") ?? [];
      expect(exposed).toEqual(EXPOSED_HEADERS);
      const text = await response.text();
      if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
        expect(text).toContain("response.completed");
      }
    }
  });

  it("serves the official client as browsers use it", async ({ expect }) => {
    const { key } = await createProject();
    const send = deploymentFor("*");
    const seen: string[] = [];
    const client = new OpenAI({
      apiKey: key,
      baseURL: "https://edgewise.test/v1",
      maxRetries: 0,
      dangerouslyAllowBrowser: true,
      fetch: async (input, init) => {
        // A browser asks first for what the page's request is not free to send.
        const names = [...new Headers(init?.headers).keys()].toSorted().join(",");
        const asked = await send(RESPONSES, preflight(APP, names));
        expect(allowed(asked)).toBe("*");
        expect(asked.headers.get("access-control-allow-headers")).toBe(names);
        seen.push(names);
        const headers = new Headers(init?.headers);
        headers.set("origin", APP);
        const response = await send(input, { ...init, headers });
        expect(allowed(response)).toBe("*");
        return response;
      },
    });
    const response = await client.responses.create({ model: "extractive-1", input: "Hello" });
    expect(response.status).toBe("completed");
    expect(seen[0]).toContain("x-stainless-lang");
  });
});

describe("a deployment without origins", () => {
  it("adds nothing, also for the origin that a browser names", async ({ expect }) => {
    const { key } = await createProject();
    const send = deploymentFor("");
    const asked = await send(RESPONSES, preflight(APP));
    expect({ status: asked.status, origin: allowed(asked) }).toEqual({ status: 204, origin: null });
    const models = await send("https://edgewise.test/v1/models", {
      headers: { origin: APP, authorization: `Bearer ${key}` },
    });
    expect({ status: models.status, origin: allowed(models) }).toEqual({
      status: 200,
      origin: null,
    });
  });
});
