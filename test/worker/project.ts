import { env, exports } from "cloudflare:workers";
import OpenAI from "openai";

import { newId } from "../../src/ids.ts";
import type { Scope } from "../../src/knowledge/scope.ts";

export const BASE_URL = "https://edgewise.test/v1";

export type TestProject = {
  readonly scope: Scope;
  readonly key: string;
  /** The official client; it makes no retries, so that a test sees the first answer. */
  readonly client: OpenAI;
  /** A request under /v1 with the project's key. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
};

/** A project of its own with a key, as every test wants one: its ids mean nothing to other tests. */
export async function createProject(): Promise<TestProject> {
  const scope: Scope = { projectId: newId("proj_"), region: "auto" };
  const key = newId("sk-ew-");
  await env.CATALOG.batch([
    env.CATALOG.prepare(
      "INSERT INTO project (id, name, region, status, created_at) VALUES (?, 'test', 'auto', 'active', 0)",
    ).bind(scope.projectId),
    env.CATALOG.prepare(
      "INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at) VALUES (?, ?, 'test', ?, '', 0)",
    ).bind(newId("key_"), scope.projectId, await sha256Hex(key)),
  ]);
  return {
    scope,
    key,
    client: new OpenAI({ apiKey: key, baseURL: BASE_URL, maxRetries: 0, fetch: fetchWorker }),
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${key}`);
      return fetchWorker(BASE_URL + path, { ...init, headers });
    },
  };
}

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const fetchWorker: typeof fetch = (input, init) =>
  exports.default.fetch(new Request(input, init));
