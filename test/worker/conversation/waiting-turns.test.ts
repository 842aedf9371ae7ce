import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { beforeAll, beforeEach, describe, it } from "vitest";

import { ConversationObject } from "../../../durable-objects/conversation.ts";
import { isResponseId } from "../../../src/ids.ts";
import { openSocket } from "../sockets/socket.ts";
import { countRows, openConversationStub, useScriptedModel } from "./answering-project.ts";
import { background, createTalk, HELD, settle, type Talk } from "./talk.ts";

let talk: Talk;

beforeAll(() => useScriptedModel("policies"));
beforeEach(async () => {
  talk = await createTalk();
});

describe("a request that waits", () => {
  it("leaves the queue when its client leaves", async ({ expect }) => {
    const first = await talk.begin();
    const socket = await openSocket(talk.project);
    socket.send({ type: "response.create", ...talk.ask("two") });
    await settle();
    socket.close();
    await settle();
    await talk.decide(first);

    expect((await talk.send("three")).output_text).toBe("three after 2");
    expect(await talk.texts()).toEqual(["one", "one after 0", "three", "three after 2"]);
  });

  it("gets its turn on a socket", async ({ expect }) => {
    const first = await talk.begin();
    const socket = await openSocket(talk.project);
    const end = socket.create(talk.ask("two"));
    await settle();
    await talk.decide(first);

    expect(await end).toMatchObject({ type: "response.completed" });
    socket.close();
  });

  it("is cancelled in the background, and never joins the conversation", async ({ expect }) => {
    const first = await talk.begin();
    const { id } = await talk.send("two", background);

    expect((await talk.project.client.responses.cancel(id)).status).toBe("cancelled");
    expect((await talk.project.client.responses.cancel(id)).status).toBe("cancelled");
    const { data } = await talk.project.client.responses.inputItems.list(id);
    expect(data).toHaveLength(1);
    const deleted = await talk.send("three", background);
    await talk.project.client.responses.delete(deleted.id);
    await talk.project.client.responses.delete(id);
    await talk.decide(first);
    await talk.untilStatus(first, "completed");

    expect(await talk.texts()).toEqual(["one", "one after 0"]);
    expect((await talk.send("four")).output_text).toBe("four after 2");
  });

  it("ends with 404 when the conversation is deleted", async ({ expect }) => {
    await talk.begin();
    const { id } = await talk.send("two", background);
    const connected = talk.sendRaw("three");
    await settle();
    await talk.project.client.conversations.delete(talk.conversation);

    expect(await connected).toMatchObject({ status: 404, code: "not_found" });
    expect((await talk.project.fetch(`/responses/${id}`)).status).toBe(404);
    expect(await countRows(talk.project, talk.conversation)).toEqual({});
  });

  it("goes on in its order after a restart, with the workflow of its time", async ({ expect }) => {
    const first = await talk.begin();
    const second = await talk.send("two", background);
    const third = await talk.send("three", background);
    const connected = talk.send("four");
    await settle();
    await talk.project.save(HELD, "another", talk.quick.workflow);
    await talk.crash();
    await talk.decide(first);

    for (const { id } of [second, third]) await talk.untilStatus(id, "completed");
    expect((await talk.read(third.id)).output_text).toBe("three after 4");
    expect((await connected).output_text).toBe("four after 6");
  });

  it("begins by the alarm if the object dies between two turns", async ({ expect }) => {
    const first = await talk.begin();
    const second = await talk.send("two", background);
    const stub = openConversationStub(talk.project, talk.conversation);
    await runInDurableObject(stub, (_object, { storage }) => {
      // As if the object had died when the first answer was stored.
      storage.sql.exec("UPDATE response SET status = 'completed' WHERE id = ?", first);
    });
    await abortAllDurableObjects();

    await talk.untilStatus(second.id, "completed");
    expect((await talk.read(second.id)).output_text).toContain("two after");
  });

  it("begins when the sweep of open work calls, after its alarm was lost", async ({ expect }) => {
    const first = await talk.begin();
    const second = await talk.send("two", background);
    const stub = openConversationStub(talk.project, talk.conversation);
    await runInDurableObject(stub, (object, { storage }) => {
      storage.sql.exec("UPDATE response SET status = 'completed' WHERE id = ?", first);
      if (!(object instanceof ConversationObject) || !isResponseId(second.id)) throw new Error();
      expect(object.poke(second.id)).toBeGreaterThan(Date.now());
    });

    await talk.untilStatus(second.id, "completed");
  });
});
