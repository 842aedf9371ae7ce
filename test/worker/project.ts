import { env, exports } from "cloudflare:workers";
import OpenAI from "openai";

import { newId } from "../../src/ids.ts";
import type { Region, Scope } from "../../src/knowledge/scope.ts";

/** The base URL of the service in tests. */
export const BASE_URL = "https://edgewise.test/v1";

/** A project with an API key and clients that use it. */
export type TestProject = {
  readonly scope: Scope;
  readonly key: string;
  /** The official client. It makes no retries, so that a test sees the first response. */
  readonly client: OpenAI;
  /** Sends a request to a path under /v1 with the project's key. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
};

/**
 * Creates a project with an API key in the catalog, without a request. Each test uses one of its own, so that tests do
 * not affect each other.
 */
export async function createProject(region: Region = "auto"): Promise<TestProject> {
  const scope: Scope = { projectId: newId("proj_"), region };
  const key = newId("sk-ew-");
  await env.CATALOG.batch([
    env.CATALOG.prepare(
      "INSERT INTO project (id, name, region, status, created_at) VALUES (?, 'test', ?, 'active', 0)",
    ).bind(scope.projectId, region),
    env.CATALOG.prepare(
      "INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at) VALUES (?, ?, 'test', ?, '', 0)",
    ).bind(newId("key_"), scope.projectId, await sha256Hex(key)),
  ]);
  return openProject(scope, key);
}

/** Makes the clients of a project that exists, by one of its keys. */
export const openProject = (scope: Scope, key: string): TestProject => ({
  scope,
  key,
  client: new OpenAI({ apiKey: key, baseURL: BASE_URL, maxRetries: 0, fetch: fetchWorker }),
  fetch: (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${key}`);
    return fetchWorker(BASE_URL + path, { ...init, headers });
  },
});

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a request to the Worker under test, without a network. */
export const fetchWorker: typeof fetch = (input, init) =>
  exports.default.fetch(new Request(input, init));
