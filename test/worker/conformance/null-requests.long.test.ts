import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { z } from "zod";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { listProperties } from "../../../src/http/request/request-properties.ts";
import type { Declaration } from "../../../src/http/route/declaration.ts";
import { editCopy, listNullRequests } from "../../rules/http/request/null-requests.ts";
import { createLibrary } from "../conversation/library.ts";
import { createProject, fetchWorker } from "../project.ts";

const { ADMIN_KEY } = env;

/** Creates a project with objects for valid requests, by endpoint: the path, and a body with its nested objects. */
async function createRequests() {
  const { key, client, scope, file, store, tools } = await createLibrary();
  const conversation = await client.conversations.create();
  const STORE = `/v1/vector_stores/${store.id}`;
  const filters = { type: "and", filters: [{ type: "eq", key: "a", value: 1 }] };
  const ranking_options = { hybrid_search: { embedding_weight: 1, text_weight: 1 } };
  const search = { vector_store_ids: [store.id], filters, ranking_options };
  const [tool] = tools;
  const FILE = { file_id: file.id, chunking_strategy: { type: "auto" } };
  const message = { role: "user", content: [{ type: "input_text", text: "When does it open?" }] };
  const valid: Readonly<Record<string, readonly [path: string, body: object]>> = {
    "POST /v1/responses": [
      "/v1/responses",
      { input: [message], tools: [{ ...tool, ...search }], text: { format: { type: "text" } } },
    ],
    "POST /v1/chat/completions": [
      "/v1/chat/completions",
      {
        messages: [{ role: "user", content: "When does it open?" }],
        file_search: search,
        stream_options: {},
      },
    ],
    "POST /v1/conversations": ["/v1/conversations", { items: [message] }],
    "POST /v1/conversations/{conversation_id}": [
      `/v1/conversations/${conversation.id}`,
      { metadata: { a: "b" } },
    ],
    "POST /v1/conversations/{conversation_id}/items": [
      `/v1/conversations/${conversation.id}/items`,
      { items: [message] },
    ],
    "POST /v1/vector_stores": ["/v1/vector_stores", {}],
    "POST /v1/vector_stores/{vector_store_id}": [STORE, {}],
    "POST /v1/vector_stores/{vector_store_id}/search": [
      `${STORE}/search`,
      { query: "open", filters, ranking_options },
    ],
    "POST /v1/vector_stores/{vector_store_id}/files": [`${STORE}/files`, FILE],
    "POST /v1/vector_stores/{vector_store_id}/file_batches": [
      `${STORE}/file_batches`,
      { files: [FILE] },
    ],
    "POST /v1/embeddings": ["/v1/embeddings", { model: "hash-1", input: "open" }],
    "POST /v1/schedules": ["/v1/schedules", { workflow: "customer_service", cron: "0 9 1 1 *" }],
    "POST /v1/workflows/check": ["/v1/workflows/check", { steps: {} }],
    "POST /v1/runs": ["/v1/runs", { workflow: "customer_service", input: { message: "Hello" } }],
    "POST /v1/organization/projects/{project_id}/api_keys": [
      `/v1/organization/projects/${scope.projectId}/api_keys`,
      {},
    ],
  };
  const send = async (path: string, body: unknown) => {
    const bearer = path.startsWith("/v1/organization") ? ADMIN_KEY : key;
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    const response = await fetchWorker(`https://edgewise.test${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  return { valid, send };
}

/** Returns true when the body has the object that would hold the member, and not the member. */
function lacks(body: object, keys: readonly string[]): boolean {
  let holder: unknown = body;
  for (const key of keys.slice(0, -1)) {
    if (typeof holder !== "object" || holder === null) return false;
    holder = Reflect.get(holder, key);
  }
  return typeof holder === "object" && holder !== null && !Reflect.has(holder, keys.at(-1) ?? "");
}

describe("a request with null", () => {
  it("is answered like one without the member, on each endpoint", async ({ expect }) => {
    const { valid, send } = await createRequests();
    const refused: string[] = [];
    let sent = 0;
    for (const { endpoint, keys, param } of listNullRequests()) {
      const [path, body] = valid[endpoint] ?? [];
      if (path === undefined || body === undefined || !lacks(body, keys)) continue;
      const { status, text } = await send(path, editCopy(body, keys, "null"));
      sent += 1;
      if (status !== 200) refused.push(`${endpoint} ${param}: ${status} ${text}`);
    }
    expect(refused).toEqual([]);
    expect(sent).toBeGreaterThanOrEqual(88);
  });
});

/** Reads a route by the examples of its parameters. Returns the status and, for a refusal, its code and parameter. */
async function readRoute({ path, params = {}, access }: Declaration, key: string, query: string) {
  const place = path.replaceAll(
    /\{(\w+)\}/g,
    (_whole, name: string) => params[name]?.example ?? "",
  );
  const headers = { authorization: `Bearer ${access === "admin" ? ADMIN_KEY : key}` };
  const response = await fetchWorker(`https://edgewise.test${place}?${query}`, { headers });
  const { error }: { error?: { code: string; param: string | null } } = await response.json();
  return { path, status: response.status, code: error?.code, param: error?.param };
}

describe("a query with null, which clients send as an empty value", () => {
  const queried = DECLARATIONS.filter(
    ({ method, access, query }) => method === "GET" && access !== "public" && query,
  );

  it("is answered like one without the parameter, on each endpoint", async ({ expect }) => {
    const { key } = await createProject();
    expect(queried.length).toBeGreaterThan(20);
    for (const declaration of queried) {
      const names = listProperties(declaration.query ?? z.unknown()).map(({ path }) => path);
      const without = await readRoute(declaration, key, "");
      for (const name of names.flatMap((one) => [one, `${one}[]`])) {
        const empty = await readRoute(declaration, key, `${encodeURIComponent(name)}=`);
        expect({ name, ...empty }).toEqual({ name, ...without });
      }
    }
  });

  it("lists files for the official client", async ({ expect }) => {
    const { client } = await createProject();
    const query: object = { limit: null, order: null, after: null, purpose: null };
    expect((await client.files.list(query)).data).toEqual([]);
  });
});
