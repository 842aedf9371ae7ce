import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { readConversationKey, isResponseId, newKey } from "../../../src/ids.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { createProject, type TestProject } from "../project.ts";
import { collect } from "./collect.ts";

const QUESTION = { model: "extractive-1", input: "Why is the sky blue?" };

function openStub({ scope }: TestProject, id: string) {
  const key = isResponseId(id) ? readConversationKey(id) : id;
  return env.CONVERSATIONS.getByName(objectName(scope, key));
}

const listTables = (project: TestProject, id: string) =>
  runInDurableObject(openStub(project, id), (_object, state) =>
    state.storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray(),
  );

describe("a conversation object", () => {
  it("writes nothing when an object is requested that was never created", async ({ expect }) => {
    const project = await createProject();
    const id = `resp_${newKey()}${newKey()}`;

    const missing = await project.fetch(`/responses/${id}`);

    expect(missing.status).toBe(404);
    expect(await listTables(project, id)).toEqual([]);
  });

  it("keeps no data of a response with store: false", async ({ expect }) => {
    const project = await createProject();

    const plain = await project.client.responses.create({ ...QUESTION, store: false });
    const stream = await project.client.responses.create({
      ...QUESTION,
      store: false,
      stream: true,
    });
    const events = await collect(stream);
    const [created] = events;

    expect(plain.output_text).not.toBe("");
    expect(events.at(-1)?.type).toBe("response.completed");
    await expect.poll(() => listTables(project, plain.id)).toEqual([]);
    const id = created?.type === "response.created" ? created.response.id : "";
    await expect.poll(() => listTables(project, id)).toEqual([]);
  });

  it("has its responses and their events after an eviction", async ({ expect }) => {
    const project = await createProject();
    const stream = await project.client.responses.create({ ...QUESTION, stream: true });
    const events = await collect(stream);
    const [created] = events;
    const id = created?.type === "response.created" ? created.response.id : "";

    await evictDurableObject(openStub(project, id));

    const again = await project.client.responses.retrieve(id, { stream: true });
    expect(await collect(again)).toEqual(events);
    const next = await project.client.responses.create({ ...QUESTION, previous_response_id: id });
    expect(next.status).toBe("completed");
  });

  it("finishes a response whose object was reset before the first text", async ({ expect }) => {
    const project = await createProject();
    const queued = await project.client.responses.create({ ...QUESTION, background: true });

    await abortAllDurableObjects();

    await expect
      .poll(async () => (await project.client.responses.retrieve(queued.id)).status)
      .toBe("completed");
    const events = await collect(
      await project.client.responses.retrieve(queued.id, { stream: true }),
    );
    expect(events.filter((event) => event.type === "response.completed")).toHaveLength(1);
  });

  it("folds the events of an old response, and erases one that has expired", async ({ expect }) => {
    const project = await createProject();
    const response = await project.client.responses.create(QUESTION);
    const stub = openStub(project, response.id);
    const age = (change: string) =>
      runInDurableObject(stub, (_object, state) => {
        state.storage.sql.exec(`UPDATE response SET ${change}`);
      });

    await age("due = 1");
    await runDurableObjectAlarm(stub);
    const again = await project.client.responses.retrieve(response.id);
    const events = project.client.responses.retrieve(response.id, { stream: true });

    expect(again.output_text).toBe(response.output_text);
    await expect(events).rejects.toMatchObject({ status: 400, param: "stream" });

    await age("due = 1, created_at = 1");
    await runDurableObjectAlarm(stub);
    expect((await project.fetch(`/responses/${response.id}`)).status).toBe(404);
    expect(await listTables(project, response.id)).toEqual([]);
  });

  it("erases a deleted response", async ({ expect }) => {
    const project = await createProject();
    const response = await project.client.responses.create(QUESTION);

    await project.client.responses.delete(response.id);

    expect((await project.fetch(`/responses/${response.id}`)).status).toBe(404);
    expect(await listTables(project, response.id)).toEqual([]);
  });
});
