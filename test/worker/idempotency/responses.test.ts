import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { afterEach, describe, it, vi } from "vitest";

import { deriveRequestKey } from "../../../src/request-key.ts";
import {
  createAnsweringProject,
  openConversationStub,
  countRows,
} from "../conversation/answering-project.ts";
import { createProject } from "../project.ts";
import { newRequestKey, REUSED, sendKeyed, SPENT } from "./keyed.ts";

const ASK = { model: "extractive-1", input: "Why is the sky blue?" };
const CHAT = {
  model: "extractive-1",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
};
const DAY_MS = 24 * 60 * 60_000;

/** Times of one day in UTC. */
const at = (hours: number) => Date.UTC(2027, 0, 4) + hours * 3_600_000;
const setClock = (time: number) => vi.spyOn(Date, "now").mockReturnValue(time);

afterEach(() => vi.restoreAllMocks());

describe("a response with an Idempotency-Key", () => {
  it("is made once by 100 requests at the same time", async ({ expect }) => {
    const project = await createProject();
    const key = newRequestKey();

    const ask = () => sendKeyed(project, "/responses", ASK, key);
    const answers = await Promise.all(Array.from({ length: 100 }, ask));

    expect([...new Set(answers.map(({ id }) => id))]).toHaveLength(1);
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(answers.every(({ status, json }) => status === 200 && json.status === "completed")).toBe(
      true,
    );
    expect(await countRows(project, answers[0]?.id ?? "")).toMatchObject({ response: 1 });
  });

  it("is made once although its object dies at any time", async ({ expect }) => {
    const project = await createProject();
    const key = newRequestKey();
    const ask = () => sendKeyed(project, "/responses", ASK, key);

    const first = Promise.all(Array.from({ length: 20 }, ask));
    await abortAllDurableObjects();
    const second = Promise.all(Array.from({ length: 20 }, ask));
    await abortAllDurableObjects();
    const answers = [...(await first), ...(await second), await ask()];

    const made = answers.filter(({ status }) => status === 200);
    expect(made.length).toBeGreaterThan(0);
    expect([...new Set(made.map(({ id }) => id))]).toHaveLength(1);
    expect(await countRows(project, made[0]?.id ?? "")).toMatchObject({ response: 1 });
  });

  it("belongs to one content, path and project", async ({ expect }) => {
    const [project, stranger] = [await createProject(), await createProject()];
    const key = newRequestKey();
    const { conversation } = { conversation: (await project.client.conversations.create()).id };

    const first = await sendKeyed(project, "/responses", ASK, key);
    const reordered = await sendKeyed(
      project,
      "/responses",
      { input: ASK.input, model: ASK.model },
      key,
    );
    const others = [
      { input: "Why?" },
      { stream: true },
      { metadata: { a: "b" } },
      { conversation },
    ];
    for (const other of others) {
      expect(await sendKeyed(project, "/responses", { ...ASK, ...other }, key)).toMatchObject(
        REUSED,
      );
    }
    const chat = await sendKeyed(project, "/chat/completions", CHAT, key);
    const foreign = await sendKeyed(stranger, "/responses", ASK, key);

    expect(reordered).toMatchObject({ id: first.id, replayed: "true" });
    expect(chat).toMatchObject({ status: 200, replayed: null });
    expect(foreign).toMatchObject({ status: 200, replayed: null });
    expect(new Set([first.id, foreign.id]).size).toBe(2);
  });

  it("is one in a conversation too, and after another response", async ({ expect }) => {
    const project = await createProject();
    const { id: conversation } = await project.client.conversations.create();
    const other = await project.client.conversations.create();
    const { id: previous } = await project.client.responses.create(ASK);
    for (const place of [{ conversation }, { previous_response_id: previous }]) {
      const key = newRequestKey();
      const body = { ...ASK, ...place };
      const ask = () => sendKeyed(project, "/responses", body, key);

      const answers = await Promise.all(Array.from({ length: 10 }, ask));

      expect([...new Set(answers.map(({ id, status }) => `${status} ${id}`))]).toHaveLength(1);
      expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
      for (const elsewhere of [{}, { conversation: other.id }]) {
        const moved = await sendKeyed(project, "/responses", { ...ASK, ...elsewhere }, key);
        expect(moved).toMatchObject(REUSED);
      }
      await project.client.responses.delete(answers[0]?.id ?? "");
      expect(await ask()).toMatchObject(SPENT);
    }
    const items = await project.client.conversations.items.list(conversation);
    expect(items.data.length).toBeLessThanOrEqual(2);
  });

  it("streams again from its start", async ({ expect }) => {
    const project = await createProject();
    const headers = { "content-type": "application/json", "idempotency-key": newRequestKey() };
    for (const [path, body] of [
      ["/responses", { ...ASK, stream: true }],
      ["/chat/completions", { ...CHAT, stream: true }],
    ] as const) {
      const ask = () =>
        project.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      const first = await ask();
      const text = await first.text();
      const again = await ask();

      expect(first.headers.get("idempotency-replayed")).toBeNull();
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect(again.headers.get("content-type")).toContain("text/event-stream");
      expect(await again.text()).toBe(text);
    }
  });

  it("is found while it is queued", async ({ expect }) => {
    const project = await createProject();
    const key = newRequestKey();
    const body = { ...ASK, background: true };

    const first = await sendKeyed(project, "/responses", body, key);
    const again = await sendKeyed(project, "/responses", body, key);

    expect(again).toMatchObject({ status: 200, id: first.id, replayed: "true" });
  });

  it("is kept for the key where nothing else is kept", async ({ expect }) => {
    const project = await createAnsweringProject();
    const key = newRequestKey();
    for (const [path, body] of [
      ["/responses", { ...ASK, store: false }],
      ["/chat/completions", CHAT],
    ] as const) {
      const first = await sendKeyed(project, path, body, key);
      const again = await sendKeyed(project, path, body, key);
      expect(again).toMatchObject({ status: 200, replayed: "true", json: first.json });
    }
  });

  it("is another one after the next day, and the object of the first is erased", async ({
    expect,
  }) => {
    const project = await createProject();
    const key = newRequestKey();
    const body = { ...ASK, store: false };
    const ask = () => sendKeyed(project, "/responses", body, key);
    setClock(at(23));
    const first = await ask();

    setClock(at(24 + 23));
    expect(await ask()).toMatchObject({ id: first.id, replayed: "true" });
    const stub = openConversationStub(project, first.id);
    setClock(at(48) + 1);
    await runDurableObjectAlarm(stub);
    expect(await countRows(project, first.id)).toEqual({});
    const next = await ask();

    expect(next).toMatchObject({ status: 200, replayed: null });
    expect(next.id).not.toBe(first.id);
  });

  it("is not made again after it was deleted, until its key has ended", async ({ expect }) => {
    const project = await createProject();
    const key = newRequestKey();
    const ask = () => sendKeyed(project, "/responses", ASK, key);
    setClock(at(5));
    const first = await ask();
    const stub = openConversationStub(project, first.id);

    await project.client.responses.delete(first.id);
    expect(await ask()).toMatchObject(SPENT);
    expect(await sendKeyed(project, "/responses", { ...ASK, input: "?" }, key)).toMatchObject(
      REUSED,
    );
    expect(await countRows(project, first.id)).not.toHaveProperty("item");
    await evictDurableObject(stub);
    setClock(at(5) + DAY_MS);
    expect(await ask()).toMatchObject(SPENT);
    setClock(at(48) + 1);
    await runDurableObjectAlarm(stub);

    expect(await countRows(project, first.id)).toEqual({});
    expect(await ask()).toMatchObject({ status: 200, replayed: null });
  });

  it("is answered although what it refers to is gone", async ({ expect }) => {
    const project = await createProject();
    const key = newRequestKey();
    const { id: store } = await project.client.vectorStores.create({});
    const tools = [{ type: "file_search", vector_store_ids: [store] }];
    const ask = () => sendKeyed(project, "/responses", { ...ASK, tools }, key);
    const first = await ask();

    await project.client.vectorStores.delete(store);

    expect(await ask()).toMatchObject({ status: 200, id: first.id, replayed: "true" });
  });

  it("takes any text as a key, except an empty or a long one", async ({ expect }) => {
    const project = await createProject();
    for (const key of ["k".repeat(255), '"a b"; x=1, 2', "../../responses", "%00", "a"]) {
      const first = await sendKeyed(project, "/responses", ASK, key);
      const again = await sendKeyed(project, "/responses", ASK, key);
      expect([first.status, first.replayed, again.replayed]).toEqual([200, null, "true"]);
      expect(again.id).toBe(first.id);
    }
    for (const key of ["", "k".repeat(256)]) {
      const refused = await sendKeyed(project, "/responses", ASK, key);
      expect(refused).toMatchObject({ status: 400, code: "invalid_request" });
    }
  });

  it("ends in the object of the key too, where the response is elsewhere", async ({ expect }) => {
    const project = await createProject();
    const { id: conversation } = await project.client.conversations.create();
    const text = newRequestKey();
    const use = {
      owner: project.scope.projectId,
      method: "POST",
      path: "/v1/responses",
      key: text,
    };
    setClock(at(1));
    const key = await deriveRequestKey(use, "", at(1));
    const stub = openConversationStub(project, `key_${key.name}`);
    const listRecords = () =>
      runInDurableObject(stub, (_object, { storage }) => [...storage.kv.list()]);
    await sendKeyed(project, "/responses", { ...ASK, conversation }, text);

    expect(await listRecords()).not.toEqual([]);
    setClock(at(48) + 1);
    await runDurableObjectAlarm(stub);

    expect(await listRecords()).toEqual([]);
    expect(await countRows(project, `key_${key.name}`)).toEqual({});
  });
});
