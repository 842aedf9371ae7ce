import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { isVectorStoreId } from "../../../src/ids.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { sweepObjects } from "../../../src/knowledge/sweep-objects.ts";
import { sweepObjectsDeps } from "../../../src/wiring/sweep-deps.ts";
import { createWorkflowProject, echo } from "../runs/workflow-project.ts";
import { storeStub } from "../stores/store.ts";

const DAY_SECONDS = 86_400;
const PATIENCE = { timeout: 10_000, interval: 20 };

const listTables = async () => {
  const { results } = await env.CATALOG.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'",
  ).all<{ name: string }>();
  return results.map(({ name }) => name);
};

/** Makes the catalog refuse every new row, as D1 does with a database at its limit. */
const fillCatalog = async () => {
  const tables = await listTables();
  await env.CATALOG.batch(
    tables.map((table) =>
      env.CATALOG.prepare(
        `CREATE TRIGGER full_${table} BEFORE INSERT ON "${table}"
         BEGIN SELECT RAISE(ABORT, 'Exceeded maximum DB size'); END`,
      ),
    ),
  );
};

const makeRoom = async () => {
  const tables = await listTables();
  await env.CATALOG.batch(
    tables.map((table) => env.CATALOG.prepare(`DROP TRIGGER IF EXISTS full_${table}`)),
  );
};

afterEach(makeRoom);

describe("a full catalog", () => {
  it("refuses uploads and keeps nothing of them", async ({ expect }) => {
    const { fetch, scope, client } = await createWorkflowProject();
    await fillCatalog();
    const form = new FormData();
    form.set("purpose", "assistants");
    form.set("file", new File(["Herons nest."], "a.txt"));
    const refused = await fetch("/files", { method: "POST", body: form });
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({ error: { code: "storage_full" } });
    expect((await client.files.list()).data).toEqual([]);
    const later = Math.floor(Date.now() / 1000) + 3 * DAY_SECONDS;
    await sweepObjects(sweepObjectsDeps(env), later);
    expect((await env.FILES.list({ prefix: `${scope.projectId}/` })).objects).toEqual([]);
  });

  it("lets answers, conversations and runs go on, and lists them when it has room", async ({
    expect,
  }) => {
    const project = await createWorkflowProject();
    const { client, post, get, save, settled, scope } = project;
    const { name } = await save({ a: echo(1) });
    const file = await client.files.create({
      file: new File(["Herons nest in trees."], "a.txt"),
      purpose: "assistants",
    });
    const store = await client.vectorStores.create({});
    await client.vectorStores.files.createAndPoll(store.id, { file_id: file.id });
    await fillCatalog();

    const refused = [
      await post(`/vector_stores/${store.id}/files`, { file_id: file.id, attributes: { a: 1 } }),
      await post("/workflows", { name: "another", steps: { a: echo(1) } }),
    ];
    for (const { status, json } of refused) {
      expect({ status, code: json.error.code }).toEqual({ status: 507, code: "storage_full" });
    }
    const created = await client.vectorStores.create({ name: "unlisted" });
    expect((await client.vectorStores.retrieve(created.id)).name).toBe("unlisted");
    const tools = [{ type: "file_search" as const, vector_store_ids: [store.id] }];
    const conversation = await client.conversations.create();
    const input = "Where do herons nest?";
    const asked = { model: "extractive-1", input, tools, conversation: conversation.id };
    const answer = await client.responses.create(asked);
    expect(answer.output_text).toContain("trees");
    expect((await client.responses.retrieve(answer.id)).status).toBe("completed");
    const run = await post("/runs", { workflow: name });
    expect(run.status).toBe(200);
    expect((await settled(run.json.id)).status).toBe("completed");
    expect((await get("/runs")).json.data).toEqual([]);

    await makeRoom();
    const stub = env.RUNS.getByName(objectName(scope, run.json.id));
    await runInDurableObject(stub, async (_object, { storage }) => {
      storage.sql.exec("UPDATE run_frame SET summary_due = 0 WHERE summary_due IS NOT NULL");
      await storage.setAlarm(Date.now());
    });
    await runDurableObjectAlarm(stub);
    await vi.waitUntil(async () => (await get("/runs")).json.data.length === 1, PATIENCE);
    const own = storeStub(scope, isVectorStoreId(store.id) ? store.id : "vs_");
    await runDurableObjectAlarm(own);
    expect((await client.vectorStores.retrieve(store.id)).file_counts.completed).toBe(1);
  });
});
