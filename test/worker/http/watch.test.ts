import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { z } from "zod";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { forgetKeys } from "../../../src/platform/databases/api-keys.ts";
import { createProject, type TestProject } from "../project.ts";

const Snapshot = z.object({ type: z.string(), id: z.string().optional(), data: z.unknown() });
type Snapshot = z.infer<typeof Snapshot>;

/** Opens the stream of a watched route, and returns a function that reads its next event; null at its end. */
async function open({ fetch }: TestProject, path: string, headers: Record<string, string> = {}) {
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

const watchedLists = DECLARATIONS.filter(({ watched, params }) => watched && !params);

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
