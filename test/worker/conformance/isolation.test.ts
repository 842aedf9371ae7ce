import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";
import { z } from "zod";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { newId, newKey, newResponseId } from "../../../src/ids.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import { writeDeadLetters } from "../../../src/platform/databases/dead-letter-catalog.ts";
import { describeDeath } from "../../../src/workflow/dead-letters/dead-letter.ts";
import { createLibrary } from "../conversation/library.ts";
import {
  createEmbeddingProject,
  watchEmbeddingModel,
} from "../embedding-cache/embedding-project.ts";
import { createProject, type TestProject } from "../project.ts";

/** Routes that have parameters. The admin key, which belongs to no project, opens those of the organization. */
const routes = DECLARATIONS.filter(({ params, access }) => params && access === "project");
/** All of them, and those that can be watched once more, as streams. */
const asked = [
  ...routes.map((route) => ({ ...route, query: "" })),
  ...routes.filter(({ watched }) => watched).map((route) => ({ ...route, query: "?stream=true" })),
];

const Created = z.object({ id: z.string() });
const SCHEDULE = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ workflow: "customer_service", cron: "0 9 1 1 *" }),
};

/** Adds a dead letter of a run, as the run's object does. */
async function addLetter(scope: Scope): Promise<string> {
  const id = newId("dl_");
  const death = describeDeath({
    job: { kind: "run", runId: newId("run_") },
    lane: "default",
    workflow: "refund",
    step: "charge",
    message: "away",
    failures: [],
    diedAt: Date.now(),
  });
  const entry = { id, scope, status: "open", version: 1, death } as const;
  await writeDeadLetters(env.CATALOG, [{ ...entry, death: { ...death, definitionHash: "" } }]);
  return id;
}

/** Creates another project's objects, by the route's collection and parameter. */
async function createOwned() {
  const { client, fetch, ask, store, file, scope } = await createLibrary();
  const batch = await client.vectorStores.fileBatches.create(store.id, { file_ids: [file.id] });
  const conversation = await client.conversations.create({
    items: [{ type: "message", role: "user", content: "When does the harbour open?" }],
  });
  const items = await client.conversations.items.list(conversation.id);
  const response = await client.responses.create({ ...ask, input: "When does it open?" });
  const workflow = newId("flow_");
  const post = poster(fetch);
  const [step, signal] = [newId("step_"), newId("signal_")];
  const steps = { [step]: { use: "signal@1", with: { name: signal } } };
  await post("/workflows", { name: workflow, steps });
  const run = await post("/runs", { workflow });
  const letter = await addLetter(scope);
  const schedule = Created.parse(await (await fetch("/schedules", SCHEDULE)).json());
  const ids: Readonly<Record<string, string>> = {
    "files:file_id": file.id,
    "vector_stores:vector_store_id": store.id,
    "vector_stores:file_id": file.id,
    "vector_stores:batch_id": batch.id,
    "conversations:conversation_id": conversation.id,
    "conversations:item_id": items.data[0]?.id ?? "",
    "responses:response_id": response.id,
    "workflows:name": workflow,
    "runs:run_id": run.id,
    "runs:step": step,
    "runs:name": signal,
    "schedules:schedule_id": schedule.id,
    "dead_letters:dead_letter_id": letter,
    "models:model": `store:${store.id}`,
  };
  const paths = [
    `/files/${file.id}`,
    `/vector_stores/${store.id}/files/${file.id}`,
    `/vector_stores/${store.id}/file_batches/${batch.id}`,
    `/conversations/${conversation.id}/items`,
    `/conversations/${conversation.id}/responses`,
    `/responses/${response.id}`,
    `/workflows/${workflow}/versions`,
    `/runs/${run.id}`,
    `/runs/${run.id}/events`,
    `/schedules/${schedule.id}`,
    `/dead_letters/${letter}`,
    `/models/store:${store.id}`,
  ];
  /** Returns all of them as their owner sees them. */
  const seen = async () =>
    await Promise.all(paths.map(async (path) => await (await fetch(path)).text()));
  return { ids, seen };
}

/** Returns an unknown id of the same shape. */
function createUnknownId(id: string): string {
  if (id.startsWith("resp_")) return newResponseId(newKey());
  if (id.startsWith("store:")) return `store:${createUnknownId(id.slice("store:".length))}`;
  const end = Math.max(id.indexOf("_"), id.startsWith("file-") ? 4 : -1) + 1;
  return newId(id.slice(0, end)) + id.slice(end + newKey().length);
}

/** Valid bodies, so that the answer depends only on the id. */
const BODIES: Readonly<Record<string, object>> = {
  "/v1/vector_stores/{vector_store_id}": { name: "mine" },
  "/v1/vector_stores/{vector_store_id}/search": { query: "harbour" },
  "/v1/vector_stores/{vector_store_id}/reindex": {},
  "/v1/vector_stores/{vector_store_id}/files": { file_id: "OWN_FILE" },
  "/v1/vector_stores/{vector_store_id}/files/{file_id}": { attributes: { a: "b" } },
  "/v1/vector_stores/{vector_store_id}/file_batches": { file_ids: ["OWN_FILE"] },
  "/v1/schedules/{schedule_id}": { paused: true },
  "/v1/conversations/{conversation_id}": { metadata: { a: "b" } },
  "/v1/conversations/{conversation_id}/items": { items: [{ role: "user", content: "hello" }] },
};

const poster =
  (fetch: TestProject["fetch"]) =>
  async (path: string, body: object): Promise<{ id: string }> => {
    const headers = { "content-type": "application/json" };
    const sent = { method: "POST", headers, body: JSON.stringify(body) };
    return await (await fetch(path, sent)).json();
  };

/** Starts a run of the caller's own, which does not know the names of the other project's run. */
async function startOwnRun({ fetch }: TestProject): Promise<string> {
  const post = poster(fetch);
  await post("/workflows", { name: "own", steps: { a: { use: "signal@1", with: { name: "b" } } } });
  return (await post("/runs", { workflow: "own" })).id;
}

const listNames = (path: string) =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? "");

describe("another project's id", () => {
  it("is answered on every route like a missing one, and does not change", async ({ expect }) => {
    const [owned, stranger] = [await createOwned(), await createProject()];
    const before = await owned.seen();
    const ownFile = await stranger.client.files.create({
      file: new File(["my own"], "own.txt"),
      purpose: "assistants",
    });
    const ownStore = await stranger.client.vectorStores.create({});
    const ownConversation = await stranger.client.conversations.create();
    const ownRun = await startOwnRun(stranger);
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, path, query } of asked) {
      const collection = path.split("/")[2] ?? "";
      const ids = listNames(path).map((name) => owned.ids[`${collection}:${name}`]);
      expect(
        { path, ids: ids.includes(undefined) },
        "a route's parameter is not known here",
      ).toEqual({ path, ids: false });
      const given = BODIES[path] ?? {};
      const body = JSON.stringify(given).replaceAll("OWN_FILE", ownFile.id);
      const answer = async (values: readonly string[]) => {
        let url = path.slice("/v1".length);
        for (const [index, name] of listNames(path).entries()) {
          url = url.replace(`{${name}}`, values[index] ?? "");
        }
        const response = await stranger.fetch(url + query, {
          method,
          ...(method === "POST" && { body, headers: { "content-type": "application/json" } }),
        });
        let text = await response.text();
        for (const [index, value] of values.entries()) text = text.replaceAll(value, `ID${index}`);
        const headers = Object.fromEntries(response.headers);
        const { "x-request-id": requestId = "", date: _date, ...rest } = headers;
        return {
          status: response.status,
          headers: rest,
          body: text.replaceAll(requestId, "REQUEST"),
        };
      };
      const real = ids.filter((id) => id !== undefined);
      const [, ...inner] = real;
      // The caller's own store must not open another project's file either.
      const own = { conversations: ownConversation.id, runs: ownRun }[collection] ?? ownStore.id;
      for (const values of inner.length > 0 ? [real, [own, ...inner]] : [real]) {
        const unknown = values.map((id) => (id === own ? id : createUnknownId(id)));
        const [foreign, missing] = [await answer(values), await answer(unknown)];
        expect({ method, path, ...foreign }).toEqual({ method, path, ...missing });
        expect({ method, path, status: foreign.status }).toEqual({ method, path, status: 404 });
      }
    }
    expect(await owned.seen()).toEqual(before);
  });
});

describe("another project's texts", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("are embedded again, so that no cache tells that they were embedded before", async ({
    expect,
  }) => {
    const model = watchEmbeddingModel();
    const [one, other] = [await createEmbeddingProject(), await createEmbeddingProject()];
    const text = "A heron stands in the river, and waits for fish.";
    const store = await one.index(await one.upload(text));
    await one.search(store, "heron");
    const embedded = [...model.asked];
    expect(embedded).toHaveLength(2);

    const theirs = await other.index(await other.upload(text));
    await other.search(theirs, "heron");

    expect(model.asked).toEqual([...embedded, ...embedded]);
    expect(await other.figures()).toMatchObject({ vectors: 2, hits: 0, misses: 2 });
    expect(await one.figures()).toMatchObject({ vectors: 2, hits: 0, misses: 2 });
    await other.fetch("/embedding_cache", { method: "DELETE" });
    expect((await one.figures()).vectors).toBe(2);
  });
});
