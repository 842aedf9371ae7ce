import { env } from "cloudflare:workers";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { useScriptedModel } from "../conversation/answering-project.ts";
import { failOnce, restoreDatabases } from "../fail-once.ts";
import { createProject, type TestProject } from "../project.ts";
import { holdAnswers } from "./held-answers.ts";

/** One prototype serves every queue. */
const queueClass: typeof env.INGEST = Object.getPrototypeOf(env.INGEST);
const MODEL = "admitted";

let project: TestProject;
beforeEach(async () => {
  useScriptedModel(MODEL);
  project = await createProject();
  // The load that the test before has left in the isolate is older than a second.
  vi.spyOn(Date, "now").mockImplementation(laterBy((clockMs += 10_000)));
});
afterEach(() => {
  restoreDatabases();
  vi.restoreAllMocks();
});

let clockMs = 0;
const realNow = Date.now.bind(Date);
const laterBy = (ms: number) => () => realNow() + ms;

/** Makes every queue report a backlog. Returns the number of times that one was asked. */
function fillQueues(backlogCount: number, ageMs = 0) {
  const asked = { count: 0 };
  vi.spyOn(queueClass, "metrics").mockImplementation(async () => {
    asked.count++;
    const oldestMessageTimestamp = new Date(Date.now() - ageMs);
    return { backlogCount, backlogBytes: 0, oldestMessageTimestamp };
  });
  return asked;
}

const post = async (path: string, body: object) =>
  await project.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const ask = async (tier: string, more: object = {}) =>
  await post("/responses", {
    model: MODEL,
    input: "Is water wet? #uncited",
    background: true,
    service_tier: tier,
    ...more,
  });

/** Asks for an answer in each lane, the most urgent first. Returns the statuses. */
const askEachLane = async () => [
  (await ask("priority")).status,
  (await ask("default")).status,
  (await ask("flex")).status,
];

const upload = async () =>
  await project.client.files.create({
    file: await OpenAI.toFile(new TextEncoder().encode("A heron stands."), "notes.txt"),
    purpose: "assistants",
  });

describe("a lane at its limit", () => {
  it("refuses new answers with 503, OpenAI's error shape and a Retry-After", async ({ expect }) => {
    fillQueues(1_000);

    const refused = await ask("priority");

    expect(refused.status).toBe(503);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({
      error: {
        code: "backlog_full",
        type: "server_error",
        message: expect.stringContaining("Nothing of this request is stored. Send it again in"),
      },
    });
  });

  it("is an error that the official client repeats", async ({ expect }) => {
    fillQueues(1_000_000);

    const refused = project.client.responses.create({ model: MODEL, input: "x", background: true });

    await expect(refused).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    await expect(refused).rejects.toMatchObject({ status: 503, code: "backlog_full" });
  });

  it.for([
    ["stream", { stream: true }],
    ["conversation", { store: false }],
  ] as const)("refuses every form of request (%s)", async ([, more], { expect }) => {
    fillQueues(1_000_000);
    expect((await ask("default", more)).status).toBe(503);
  });

  it("sheds lane by lane: batch first, then default", async ({ expect }) => {
    holdAnswers();
    fillQueues(750);
    expect((await ask("flex")).status).toBe(503);
    expect((await ask("default")).status).toBe(200);
    expect((await ask("priority")).status).toBe(200);
    clockMs += 5_000;
    vi.mocked(Date.now).mockImplementation(laterBy(clockMs));
    fillQueues(900);
    expect((await ask("flex")).status).toBe(503);
    expect((await ask("default")).status).toBe(503);
    expect((await ask("priority")).status).toBe(200);
  });

  it("gives idle consumers of a lane work while a more urgent lane is full", async ({ expect }) => {
    holdAnswers();
    vi.spyOn(queueClass, "metrics").mockImplementation(async function (this: Queue) {
      const backlogCount = this === env.GENERATE_INTERACTIVE ? 1_000 : 0;
      return { backlogCount, backlogBytes: 0 };
    });

    expect(await askEachLane()).toEqual([503, 200, 200]);
    // One project uses 24 places of a lane. Its next answer waits, and no other one is admitted then.
    for (let n = 0; n < 30; n++) await ask("flex");
    clockMs += 5_000;
    vi.mocked(Date.now).mockImplementation(laterBy(clockMs));
    expect(await askEachLane()).toEqual([503, 200, 503]);
  });

  it("refuses no answer that a client waits for", async ({ expect }) => {
    fillQueues(1_000_000, 86_400_000);
    const body = { model: MODEL, input: "Is water wet? #uncited" };
    expect((await post("/responses", body)).status).toBe(200);
  });

  it("refuses without a query to D1, and asks for the load once in a second", async ({
    expect,
  }) => {
    const asked = fillQueues(1_000_000);
    await ask("flex");
    const calls = failOnce(Infinity);
    const before = asked.count;

    for (let n = 0; n < 20; n++) expect((await ask("flex")).status).toBe(503);

    expect(calls.count).toBe(0);
    expect(asked.count).toBe(before);
  });

  it("admits, and logs it, while nobody knows the load", async ({ expect }) => {
    holdAnswers();
    vi.spyOn(queueClass, "metrics").mockRejectedValue(new Error("away"));
    vi.spyOn(env.LANES, "getByName").mockImplementation(() => {
      throw new Error("away");
    });
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});

    expect((await ask("default")).status).toBe(200);

    expect(warn.mock.calls.flat().join("\n")).toContain("backlog.load.unknown");
  });

  it("admits again once the backlog has shrunk", async ({ expect }) => {
    holdAnswers();
    fillQueues(1_000_000);
    expect((await ask("default")).status).toBe(503);
    clockMs += 5_000;
    vi.mocked(Date.now).mockImplementation(laterBy(clockMs));
    fillQueues(0);
    expect((await ask("default")).status).toBe(200);
  });
});

describe("the queue of files at its limit", () => {
  it("refuses batches of files before single files, and stores nothing", async ({ expect }) => {
    const store = await project.client.vectorStores.create({ name: "full" });
    const files = await Promise.all([upload(), upload()]);
    const fileIds = files.map(({ id }) => id);
    fillQueues(15_000);

    const batch = await post(`/vector_stores/${store.id}/file_batches`, { file_ids: fileIds });
    const stores = await post("/vector_stores", { name: "with files", file_ids: fileIds });
    expect([batch.status, stores.status]).toEqual([503, 503]);
    expect(batch.headers.get("retry-after")).not.toBeNull();
    expect(await batch.json()).toMatchObject({ error: { code: "backlog_full" } });
    const one = await post(`/vector_stores/${store.id}/files`, { file_id: fileIds[0] });
    expect(one.status).toBe(200);

    clockMs += 5_000;
    vi.mocked(Date.now).mockImplementation(laterBy(clockMs));
    fillQueues(18_000);
    const other = await post(`/vector_stores/${store.id}/files`, { file_id: fileIds[1] });
    expect(other.status).toBe(503);
    expect((await post("/vector_stores", { name: "empty" })).status).toBe(200);
    const listed = await project.client.vectorStores.files.list(store.id);
    expect(listed.data.map(({ id }) => id)).toEqual([fileIds[0]]);
    const { data } = await project.client.vectorStores.list();
    expect(data.map(({ name }) => name).toSorted()).toEqual(["empty", "full"]);
  });
});
