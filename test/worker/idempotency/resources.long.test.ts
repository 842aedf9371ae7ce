import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import type { ScheduleObject } from "../../../durable-objects/schedule.ts";
import type { VectorStoreObject } from "../../../durable-objects/vector-store.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { claimOn, deriveRequestKey } from "../../../src/request-key.ts";
import { sweepKeys } from "../../../src/wiring/sweep-deps.ts";
import { createProject, type TestProject } from "../project.ts";
import { newRequestKey, readKeyed, REUSED, sendKeyed, SPENT } from "./keyed.ts";

/** Times of one day in UTC. */
const at = (hours: number) => Date.UTC(2027, 0, 4) + hours * 3_600_000;
const setClock = (time: number) => vi.spyOn(Date, "now").mockReturnValue(time);

afterEach(() => vi.restoreAllMocks());

type Sent = Awaited<ReturnType<typeof sendKeyed>>;
/** A kind of resource: how requests create it and delete it. */
type Kind = {
  readonly send: (project: TestProject, key: string, content: string) => Promise<Sent>;
  readonly remove: (project: TestProject, id: string) => Promise<unknown>;
  readonly count: (project: TestProject) => Promise<number>;
  readonly spent?: object;
};

const json =
  (path: string, body: (content: string) => object) =>
  (project: TestProject, key: string, content: string) =>
    sendKeyed(project, path, body(content), key);
const countIn = (path: string) => async (project: TestProject) => {
  const list: { data: unknown[] } = await (await project.fetch(path)).json();
  return list.data.length;
};
const removeAt = (path: string) => (project: TestProject, id: string) =>
  project.fetch(`${path}/${id}`, { method: "DELETE" });
const echo = (value: string) => ({ use: "transform@1", with: { value } });

async function saveEcho(project: TestProject): Promise<void> {
  const body = JSON.stringify({ name: "echo", steps: { a: echo("x") } });
  const headers = { "content-type": "application/json" };
  await project.fetch("/workflows", { method: "POST", headers, body });
}

const KINDS: Readonly<Record<string, Kind>> = {
  file: {
    send: async ({ fetch }, key, content) => {
      const body = new FormData();
      body.append("purpose", "assistants");
      body.append("file", new File([content], "a.txt"));
      const headers = { "idempotency-key": key };
      return await readKeyed(await fetch("/files", { method: "POST", headers, body }));
    },
    remove: removeAt("/files"),
    count: countIn("/files"),
  },
  "vector store": {
    send: json("/vector_stores", (name) => ({ name })),
    remove: removeAt("/vector_stores"),
    count: countIn("/vector_stores"),
  },
  conversation: {
    send: json("/conversations", (topic) => ({ metadata: { topic } })),
    remove: removeAt("/conversations"),
    count: async () => 1,
  },
  workflow: {
    send: json("/workflows", (text) => ({ name: "saved", steps: { a: echo(text) } })),
    remove: (project) => removeAt("/workflows")(project, "saved"),
    count: countIn("/workflows/saved/versions"),
  },
  run: {
    send: async (project, key, input) => {
      await saveEcho(project);
      return await sendKeyed(project, "/runs", { workflow: "echo", input }, key);
    },
    remove: async (project, id) =>
      await vi.waitUntil(async () => (await removeAt("/runs")(project, id)).status === 200),
    count: countIn("/runs"),
    spent: { status: 409, code: "run_deleted", retry: "false" },
  },
  schedule: {
    send: async (project, key, input) => {
      await saveEcho(project);
      const body = { workflow: "echo", cron: "0 9 * * *", input };
      return await sendKeyed(project, "/schedules", body, key);
    },
    remove: removeAt("/schedules"),
    count: countIn("/schedules"),
  },
};

describe.each(Object.entries(KINDS))("a %s with an Idempotency-Key", (_name, kind) => {
  it("is created once by 100 requests at the same time", async ({ expect }) => {
    const project = await createProject();
    const key = newRequestKey();

    const ask = () => kind.send(project, key, "one");
    const answers = await Promise.all(Array.from({ length: 100 }, ask));

    expect([...new Set(answers.map(({ status, id }) => `${status} ${id}`))]).toHaveLength(1);
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(await kind.count(project)).toBe(1);
  });

  it("belongs to one content and one project, and is not created again", async ({ expect }) => {
    const [project, stranger] = [await createProject(), await createProject()];
    const key = newRequestKey();

    const first = await kind.send(project, key, "one");
    expect(await kind.send(project, key, "other")).toMatchObject(REUSED);
    const foreign = await kind.send(stranger, key, "one");
    await kind.remove(project, first.id);
    const late = await kind.send(project, key, "one");

    expect(first).toMatchObject({ status: 200, replayed: null });
    expect(foreign).toMatchObject({ status: 200, replayed: null });
    expect(foreign.id).not.toBe(first.id);
    expect(late).toMatchObject(kind.spent ?? SPENT);
  });

  it("is found on the next day, and is another one after it", async ({ expect }) => {
    const project = await createProject();
    const key = newRequestKey();
    setClock(at(1));
    const first = await kind.send(project, key, "one");

    setClock(at(24 + 23));
    const again = await kind.send(project, key, "one");
    setClock(at(48) + 1);
    await sweepKeys(env, Date.now());
    const other = await kind.send(project, key, "two");

    expect(first).toMatchObject({ status: 200, replayed: null });
    expect(again).toMatchObject({ status: 200, replayed: "true", id: first.id });
    expect(other).toMatchObject({ status: 200, replayed: null });
    expect(other.id).not.toBe(first.id);
  });
});

describe("an object under an id of a day that is over", () => {
  it("creates nothing and writes nothing", async ({ expect }) => {
    const { scope } = await createProject();
    const key = await deriveRequestKey(USE, "content", at(1));
    const claim = { ...claimOn(key, key.today), end: Date.now() };
    const [storeId, scheduleId] = [`vs_${key.today.part}`, `sched_${key.today.part}`] as const;
    const store = env.VECTOR_STORES.getByName(objectName(scope, storeId));
    const schedule = env.SCHEDULES.getByName(objectName(scope, scheduleId));
    const settings = { name: "", metadata: {}, expiresAfterDays: null, embeddingModel: "hash-1" };

    const late = { ok: false, error: { code: "idempotency_key_late" } };
    expect(await store.createOnce({ ...settings, id: storeId, scope }, claim)).toMatchObject(late);
    expect(await schedule.createOnce({ ...SCHEDULE, id: scheduleId, scope }, claim)).toMatchObject(
      late,
    );
    expect(await store.madeWith(claim)).toEqual({ ok: true, value: null });
    for (const stub of [store, schedule]) expect(await listTables(stub)).toEqual([]);
  });
});

const USE = { owner: "p", method: "POST", path: "/v1/vector_stores", key: "k" };
const SCHEDULE = {
  workflow: "echo",
  cron: "0 9 * * *",
  timeZone: "UTC",
  input: null,
  catchUp: "latest",
  overlap: "skip",
  isPaused: false,
  metadata: {},
} as const;

/** Lists all tables of an object, also those of the platform. */
const listTables = (
  stub: DurableObjectStub<VectorStoreObject> | DurableObjectStub<ScheduleObject>,
) =>
  runInDurableObject(stub, (_object, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
  );
