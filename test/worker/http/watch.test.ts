import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { z } from "zod";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { forgetKeys } from "../../../src/platform/databases/api-keys.ts";
import { createLibrary } from "../conversation/library.ts";
import { callAsOperator } from "../operator.ts";
import { BASE_URL, createProject, fetchWorker, type TestProject } from "../project.ts";

const Snapshot = z.object({ type: z.string(), id: z.string().optional(), data: z.unknown() });
type Snapshot = z.infer<typeof Snapshot>;

/** Opens the stream of a watched route, and returns a function that reads its next event; null at its end. */
async function open(
  { fetch }: Pick<TestProject, "fetch">,
  path: string,
  headers: Record<string, string> = {},
) {
  const response = await fetch(path, { headers });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<Snapshot | null> => {
    for (;;) {
      const [, block, rest] = /^([^]*?)\n\n([^]*)$/.exec(text) ?? [];
      if (block !== undefined) {
        text = rest ?? "";
        const [, type, id, data] = /^event: (.*)\n(?:id: (.*)\n)?data: (.*)$/.exec(block) ?? [];
        if (data !== undefined) return Snapshot.parse({ type, id, data: JSON.parse(data) });
        continue;
      }
      const piece = await reader?.read();
      if (!piece || piece.done) return null;
      text += piece.value;
    }
  };
  return { response, next, close: async () => await reader?.cancel() };
}

const postJson = (fetch: TestProject["fetch"], path: string, body: object) =>
  fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** The pause between two looks of a watched route. Here it is short, and the looks are counted. */
const LOOK_MS = 1_000;
const SHORT_MS = 20;
let looks = 0;
/** Waits until several looks have been made from now on. */
const severalLooks = async () => {
  const before = looks;
  await vi.waitUntil(() => looks > before + 3, { timeout: 10_000, interval: 10 });
};

beforeEach(() => {
  const wait = scheduler.wait.bind(scheduler);
  vi.spyOn(scheduler, "wait").mockImplementation(async (ms, options) => {
    if (ms === LOOK_MS) looks += 1;
    await wait(ms === LOOK_MS ? SHORT_MS : ms, options);
  });
});
afterEach(() => void vi.restoreAllMocks());

const watchedLists = DECLARATIONS.filter(
  ({ watched, params, access }) => watched && !params && access === "project",
);

/** A caller with the admin key. */
const operator: Pick<TestProject, "fetch"> = {
  fetch: (path, init = {}) =>
    fetchWorker(`${BASE_URL}${path}`, {
      ...init,
      headers: { authorization: "Bearer admin-key-of-tests" },
    }),
};

describe("a watched route", () => {
  it.for(watchedLists.map(({ path }) => path))(
    "%s begins with the answer itself",
    async (path, { expect }) => {
      const project = await createProject();
      const url = path.slice("/v1".length);
      const { as_of: _at, ...plain }: Record<string, unknown> = await (
        await project.fetch(url)
      ).json();
      const { response, next, close } = await open(project, `${url}?stream=true`);

      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
      expect(await next()).toMatchObject({ type: "snapshot", data: plain });
      // Some looks later nothing has changed, and nothing was sent.
      expect(await Promise.race([next(), severalLooks()])).toBeUndefined();
      await close();
    },
  );

  it("sends the answer again when it changes, and only then", async ({ expect }) => {
    const project = await createProject();
    const store = await project.client.vectorStores.create({ name: "first" });
    const path = `/vector_stores/${store.id}`;
    const { next, close } = await open(project, path, { accept: "text/event-stream" });
    expect(await next()).toMatchObject({ type: "snapshot", data: { name: "first" } });

    const second = next();
    // Several looks pass without a change.
    await severalLooks();
    await project.client.vectorStores.update(store.id, { name: "second" });
    const changed = await second;
    expect(changed).toMatchObject({ type: "snapshot", data: { name: "second" } });
    await close();

    // What the client has seen is not sent to it again.
    const again = await open(project, `${path}?stream=true`, {
      "last-event-id": changed?.id ?? "",
    });
    const third = again.next();
    await severalLooks();
    await project.client.vectorStores.update(store.id, { name: "third" });
    expect(await third).toMatchObject({ data: { name: "third" } });
    await again.close();
  });

  it("follows a run that has ended until it is deleted", async ({ expect }) => {
    const project = await createProject();
    const { fetch } = project;
    const steps = { note: { use: "signal@1", with: { name: "go" } } };
    await postJson(fetch, "/workflows", { name: "note", steps });
    const made = await postJson(fetch, "/runs", { workflow: "note" });
    const { id } = z.object({ id: z.string() }).parse(await made.json());
    const { next, close } = await open(project, `/runs/${id}?stream=true`);
    expect(await next()).toMatchObject({ data: { id, settled_at: null } });
    await postJson(fetch, `/runs/${id}/cancel`, {});
    expect(await next()).toMatchObject({ data: { id, status: "cancelled" } });
    await fetch(`/runs/${id}`, { method: "DELETE" });
    expect(await next()).toMatchObject({ type: "error", data: { code: "not_found" } });
    expect(await next()).toBeNull();
    await close();
  });

  it("follows a page of a list with its filters", async ({ expect }) => {
    const project = await createProject();
    const { fetch } = project;
    await postJson(fetch, "/workflows", {
      name: "note",
      steps: { note: { use: "signal@1", with: { name: "go" } } },
    });
    const { next, close } = await open(project, "/runs?stream=true&status=running&limit=1");
    expect(await next()).toMatchObject({ data: { data: [] } });
    const run = z
      .object({ id: z.string() })
      .parse(await (await postJson(fetch, "/runs", { workflow: "note" })).json());
    expect(await next()).toMatchObject({ data: { data: [{ id: run.id, status: "running" }] } });
    await postJson(fetch, `/runs/${run.id}/cancel`, {});
    expect(await next()).toMatchObject({ data: { data: [] } });
    await close();
  });

  it("sends the new version of a workflow, as JSON alone", async ({ expect }) => {
    const project = await createProject();
    const { fetch } = project;
    const steps = { note: { use: "signal@1", with: { name: "go" } } };
    await postJson(fetch, "/workflows", { name: "note", steps });
    const { next, close } = await open(project, "/workflows/note?stream=true");
    expect(await next()).toMatchObject({ data: { version: 1, steps } });
    await postJson(fetch, "/workflows", { name: "note", steps, output: "${ input }" });
    expect(await next()).toMatchObject({ data: { version: 2, output: "${ input }" } });
    await close();

    const drawn = await fetch("/workflows/note?stream=true&format=mermaid");
    expect([drawn.status, await drawn.json()]).toMatchObject([
      400,
      { error: { param: "stream", message: expect.stringContaining("as JSON") } },
    ]);
  });

  it("sends the version of a store's content, by which results are known to be old", async ({
    expect,
  }) => {
    const { store, file, client, ...project } = await createLibrary();
    const path = `/vector_stores/${store.id}`;
    const search = async () =>
      z
        .object({ content_version: z.number() })
        .parse(
          await (
            await postJson(project.fetch, `${path}/search`, { query: "harbour", explain: true })
          ).json(),
        );
    const { next, close } = await open(project, `${path}/index?stream=true`);
    const before = await search();
    expect(await next()).toMatchObject({ data: before });
    await client.vectorStores.files.delete(file.id, { vector_store_id: store.id });
    const changed = z.object({ data: z.object({ content_version: z.number() }) });
    expect(changed.parse(await next()).data.content_version).toBeGreaterThan(
      before.content_version,
    );
    await close();
    const plain = await postJson(project.fetch, `${path}/search`, { query: "harbour" });
    expect(await plain.json()).not.toHaveProperty("content_version");
  });

  it("sends all of a project to its operator in one stream", async ({ expect }) => {
    const { scope } = await createProject();
    const include = ["api_keys", "secrets", "grants"].map((member) => `edgewise.${member}`);
    const query = include.map((member) => `include[]=${member}`).join("&");
    const path = `/organization/projects/${scope.projectId}?${query}&stream=true`;
    const { next, close } = await open(operator, path);
    const first = await next();
    expect(first).toMatchObject({
      data: {
        id: scope.projectId,
        api_keys: { data: [{ object: "organization.project.api_key" }], has_more: false },
        secrets: { data: [] },
        grants: { http_hosts: [], sql_tables: [] },
      },
    });
    await callAsOperator(scope, "PUT", "/secrets/CRM_TOKEN", { value: "a-secret-value" });
    const second = await next();
    expect(second).toMatchObject({ data: { secrets: { data: [{ name: "CRM_TOKEN" }] } } });
    expect(JSON.stringify(second)).not.toContain("a-secret-value");
    const grants = { http_hosts: ["crm.internal"], sql_tables: [] };
    await callAsOperator(scope, "PUT", "/grants", grants);
    expect(await next()).toMatchObject({ data: { grants } });
    await callAsOperator(scope, "POST", "/api_keys", { name: "CI" });
    expect(await next()).toMatchObject({ data: { api_keys: { data: [{ name: "CI" }, {}] } } });
    await callAsOperator(scope, "POST", "", { settings: { grounding: "strict" } });
    expect(await next()).toMatchObject({
      data: { settings: { version: 1, grounding: "strict" }, grants },
    });
    await close();
  });

  it("shows a project to its operator alone, and its members on request alone", async ({
    expect,
  }) => {
    const project = await createProject();
    const path = `/organization/projects/${project.scope.projectId}`;
    const plain: object = await (await operator.fetch(path)).json();
    for (const member of ["api_keys", "secrets", "grants"]) {
      expect(plain).not.toHaveProperty(member);
    }
    const unknown = await operator.fetch(`${path}?include=edgewise.files`);
    expect(unknown.status).toBe(400);
    const missing = `/organization/projects/proj_${"0".repeat(26)}?include=edgewise.grants`;
    expect((await operator.fetch(missing)).status).toBe(404);
    expect((await project.fetch(`${path}?stream=true`)).status).toBe(401);
    const list = await open(operator, "/organization/projects?stream=true&limit=1");
    expect(await list.next()).toMatchObject({ data: { data: [{ id: project.scope.projectId }] } });
    await list.close();
  });

  it("ends with the refusal of an object that is deleted", async ({ expect }) => {
    const project = await createProject();
    const store = await project.client.vectorStores.create({});
    const { next } = await open(project, `/vector_stores/${store.id}?stream=true`);
    expect(await next()).toMatchObject({ type: "snapshot" });
    await project.client.vectorStores.delete(store.id);
    expect(await next()).toEqual({
      type: "error",
      id: undefined,
      data: {
        type: "error",
        code: "not_found",
        message: expect.stringContaining(store.id),
        param: null,
        sequence_number: 0,
      },
    });
    expect(await next()).toBeNull();
  });

  it("ends for a key that is revoked", async ({ expect }) => {
    const project = await createProject();
    const { next } = await open(project, "/vector_stores?stream=true");
    expect(await next()).toMatchObject({ type: "snapshot" });
    await env.CATALOG.prepare("UPDATE api_key SET revoked_at = 1 WHERE project_id = ?")
      .bind(project.scope.projectId)
      .run();
    forgetKeys();
    expect(await next()).toMatchObject({ type: "error", data: { code: "invalid_api_key" } });
    expect(await next()).toBeNull();
  });

  it("refuses a wrong request as the route itself does", async ({ expect }) => {
    const project = await createProject();
    const missing = await project.fetch("/vector_stores/vs_00000000000000000000000000?stream=true");
    expect(missing.status).toBe(404);
    const wrong = await project.fetch("/runs?stream=true&status=sleeping");
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { param: "status" } }]);
    const neither = await project.fetch("/runs?stream=perhaps");
    expect([neither.status, await neither.json()]).toMatchObject([
      400,
      { error: { param: "stream" } },
    ]);
    const plain = await project.fetch("/runs?stream=false");
    expect(plain.headers.get("content-type")).toBe("application/json");
  });
});
