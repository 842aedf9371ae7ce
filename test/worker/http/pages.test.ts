import { env, exports } from "cloudflare:workers";
import { describe, it } from "vitest";

import { createProject } from "../project.ts";

const HOST = "https://edgewise.test";
/** The headers that a browser sends when a user opens an address. */
const BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

/**
 * Fetches a static file. Files other than the page of /docs do not pass through the Worker, and
 * `exports.default.fetch` goes directly to the Worker.
 */
const fetchFile = (path: string) => env.ASSETS.fetch(HOST + path);
const fetchWorker = (path: string, init?: RequestInit) => exports.default.fetch(HOST + path, init);
const readProblem = async (response: Response) => ({
  type: response.headers.get("content-type"),
  body: await response.json(),
});

describe("GET /docs", () => {
  it("is a page that may load its own files and call its own host, nothing else", async ({
    expect,
  }) => {
    const response = await fetchWorker("/docs");
    const policy = response.headers.get("content-security-policy");

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe|http/);
    expect(await response.text()).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=/);
  });

  it("is revalidated each time, its files never", async ({ expect }) => {
    const page = await fetchWorker("/docs");
    const html = await page.text();
    const files = Array.from(html.matchAll(/"(\/assets\/[^"]+)"/g), ([, path]) => path ?? "");

    expect(page.headers.get("cache-control")).toContain("must-revalidate");
    expect(files).toHaveLength(3);
    for (const path of files) {
      const file = await fetchFile(path);
      await file.body?.cancel();

      expect(file.status).toBe(200);
      expect(file.headers.get("cache-control")).toContain("immutable");
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("is not sent again to a browser that has it", async ({ expect }) => {
    const page = await fetchWorker("/docs");
    await page.body?.cancel();
    const headers = { "if-none-match": page.headers.get("etag") ?? "" };
    const again = await fetchWorker("/docs", { headers });

    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });

  it("is one route: HEAD, a trailing slash, and methods that it does not have", async ({
    expect,
  }) => {
    const head = await fetchWorker("/docs", { method: "HEAD" });
    expect({ status: head.status, body: await head.text() }).toEqual({ status: 200, body: "" });
    expect(head.headers.get("content-type")).toContain("text/html");

    const slash = await fetchWorker("/docs/", { redirect: "manual" });
    expect(slash.status).toBe(200);
    await slash.body?.cancel();

    for (const [method, status] of [
      ["OPTIONS", 204],
      ["POST", 405],
      ["DELETE", 405],
    ] as const) {
      const response = await fetchWorker("/docs", { method });
      await response.text();
      expect({ method, status: response.status, allow: response.headers.get("allow") }).toEqual({
        method,
        status,
        allow: "GET, HEAD, OPTIONS",
      });
    }
  });
});

describe("a path that is neither a file nor a route", () => {
  it("is not a file, so the request reaches the Worker", async ({ expect }) => {
    const response = await fetchFile("/assets/docs-000000000000.js");

    expect(response.status).toBe(404);
    expect(await response.text()).toBe("");
  });

  it.for(["/nothing", "/docs/nothing", "/assets/docs-000000000000.js"])(
    "answers %s with a problem as JSON, to browsers too",
    async (path, { expect }) => {
      const response = await fetchWorker(path, { headers: BROWSER });

      expect(response.status).toBe(404);
      expect(await readProblem(response)).toMatchObject({
        type: "application/problem+json",
        body: { error: { code: "not_found" } },
      });
    },
  );

  it("is JSON under /v1", async ({ expect }) => {
    const project = await createProject();
    const response = await project.fetch("/nothing", { headers: BROWSER });

    expect(response.status).toBe(404);
    expect(await readProblem(response)).toMatchObject({
      type: "application/problem+json",
      body: { error: { code: "not_found" } },
    });
  });

  it("may not be shown or sniffed as a page", async ({ expect }) => {
    const { headers } = await fetchWorker("/v1/nothing", { headers: BROWSER });

    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

describe("GET /", () => {
  it("leads browsers to the console", async ({ expect }) => {
    const response = await fetchWorker("/", { headers: BROWSER, redirect: "manual" });

    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/console/");
    expect(response.headers.get("vary")).toBe("Accept");
    expect(await response.text()).toBe("");
  });

  it.for([undefined, "*/*", "application/json", "application/json, text/html;q=0.5"])(
    "is JSON for a client that accepts %s",
    async (accept, { expect }) => {
      const response = await fetchWorker("/", accept === undefined ? {} : { headers: { accept } });

      expect(response.headers.get("content-type")).toBe("application/json");
      expect(response.headers.get("vary")).toBe("Accept");
      expect(await response.json()).toMatchObject({
        name: "edgewise",
        console: `${HOST}/console/`,
        docs: `${HOST}/docs`,
        openapi: `${HOST}/openapi.json`,
        health: `${HOST}/health`,
      });
    },
  );
});

describe("GET /llms.txt", () => {
  it("lists the operations as plain text", async ({ expect }) => {
    const response = await fetchWorker("/llms.txt");

    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).toMatch(/^# Edgewise\n[\s\S]*- `GET \/llms.txt`: /);
  });
});
