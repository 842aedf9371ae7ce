import { afterEach, beforeAll, beforeEach, describe, it, vi } from "vitest";

import { newRequestKey, readKeyed } from "../idempotency/keyed.ts";
import { countRows, useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";
import { background, createTalk, settle, type Talk } from "./talk.ts";

let talk: Talk;

beforeAll(() => useScriptedModel("policies"));
beforeEach(async () => {
  talk = await createTalk();
});
afterEach(() => void vi.restoreAllMocks());

/** Shortens the longest wait of a request. */
function shortenWait() {
  const original = globalThis.setTimeout;
  const shortened = (call: () => void, ms?: number) => original(call, ms === 60_000 ? 30 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(Object.assign(shortened, original));
}

describe("the policy queue", () => {
  it("answers requests in their order, connected and in the background", async ({ expect }) => {
    const first = await talk.begin();
    const second = talk.send("two");
    await settle();
    const third = await talk.send("three", background);
    await settle();
    const fourth = talk.send("four");
    await settle();

    expect(third.status).toBe("queued");
    expect(await talk.texts()).toEqual([]);
    await talk.decide(first);

    expect((await second).output_text).toBe("two after 2");
    expect((await fourth).output_text).toBe("four after 6");
    expect((await talk.read(third.id)).output_text).toBe("three after 4");
    expect(await talk.texts()).toEqual([
      "one",
      "one after 0",
      "two",
      "two after 2",
      "three",
      "three after 4",
      "four",
      "four after 6",
    ]);
  });

  it("begins a stream when its turn comes", async ({ expect }) => {
    const first = await talk.begin();
    const stream = talk.project.client.responses.create({ ...talk.ask("two"), stream: true });
    await settle();
    await talk.decide(first);

    const events = await collect(await stream);
    expect(events.at(0)?.type).toBe("response.created");
    expect(events.at(-1)).toMatchObject({
      response: { output: [{ content: [{ text: "two after 2" }] }] },
    });
  });

  it("refuses the ninth request that waits", async ({ expect }) => {
    const first = await talk.begin();
    const connected = [1, 2, 3, 4].map((n) => talk.send(`connected ${n}`));
    const queued = await Promise.all([1, 2, 3, 4].map((n) => talk.send(`queued ${n}`, background)));

    const refused = { status: 409, code: "conversation_busy", retryAfter: "10", shouldRetry: null };
    expect(await talk.sendRaw("ninth")).toEqual(refused);
    expect(await talk.sendRaw("ninth", background)).toEqual(refused);
    await talk.decide(first);

    expect((await Promise.all(connected)).map((one) => one.status)).toEqual(
      Array(4).fill("completed"),
    );
    for (const { id } of queued) await talk.untilStatus(id, "completed");
    expect(await talk.texts()).toHaveLength(18);
  });

  it("refuses a connected request that has waited too long, and keeps nothing of it", async ({
    expect,
  }) => {
    const first = await talk.begin();
    const queued = await talk.send("three", background);
    shortenWait();

    expect(await talk.sendRaw("two")).toEqual({
      status: 409,
      code: "conversation_busy",
      retryAfter: "10",
      shouldRetry: null,
    });
    await talk.decide(first);
    await talk.untilStatus(queued.id, "completed");
    expect(await talk.texts()).toEqual(["one", "one after 0", "three", "three after 2"]);
  });

  it("refuses at once what could never begin", async ({ expect }) => {
    const first = await talk.begin();
    const input = [{ type: "item_reference", id: "msg_00000000000000000000000000000000" }];

    for (const more of [{}, background, { conversation_policy: "latest" }]) {
      const refused = await talk.project.post("/responses", { ...talk.ask(""), ...more, input });
      expect(refused.status).toBe(404);
    }
    expect(await talk.status(first)).toBe("in_progress");
  });

  it("creates one response for a request that two clients repeat under a key", async ({
    expect,
  }) => {
    const first = await talk.begin();
    const key = newRequestKey();
    const sendKeyed = () =>
      talk.project.fetch("/responses", {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(talk.ask("two")),
      });
    const twins = [sendKeyed(), sendKeyed()];
    await settle();
    await talk.decide(first);

    const [one, two] = await Promise.all(twins.map(async (twin) => await readKeyed(await twin)));
    expect(two?.id).toBe(one?.id);
    expect(new Set([one?.replayed, two?.replayed])).toEqual(new Set([null, "true"]));
    expect(await talk.texts()).toEqual(["one", "one after 0", "two", "two after 2"]);
  });
});

describe("the policy reject", () => {
  it("is set on a talk.conversation, changed, and overruled by a request", async ({ expect }) => {
    talk = await createTalk({ conversation_policy: "reject" });
    const { fetch, post } = talk.project;
    const first = await talk.begin();

    expect((await talk.sendRaw("two")).code).toBe("conversation_busy");
    expect((await talk.send("two", { ...background, conversation_policy: "queue" })).status).toBe(
      "queued",
    );
    const path = `/conversations/${talk.conversation}`;
    const changed = await post(path, { conversation_policy: "queue" });
    expect(await changed.json()).toMatchObject({ conversation_policy: "queue", metadata: {} });
    expect((await post(path, { metadata: { a: "b" } })).status).toBe(200);
    expect(await (await fetch(path)).json()).toMatchObject({
      conversation_policy: "queue",
      metadata: { a: "b" },
    });
    expect((await post(path, {})).status).toBe(400);
    expect((await talk.send("three", background)).status).toBe("queued");
    expect(await talk.sendRaw("four", { conversation_policy: "reject" })).toMatchObject({
      status: 409,
      code: "conversation_busy",
    });
    expect(await talk.status(first)).toBe("in_progress");
  });

  it("is refused without a talk.conversation, and so are other names", async ({ expect }) => {
    const alone = { model: "extractive-1", input: "Hm?", conversation_policy: "reject" };
    expect((await talk.project.post("/responses", alone)).status).toBe(400);
    expect((await talk.sendRaw("two", { conversation_policy: "first" })).status).toBe(400);
  });
});

describe("the policy latest", () => {
  const latest = { conversation_policy: "latest" };

  it("cancels the response under way, and all that wait", async ({ expect }) => {
    const first = await talk.begin();
    const queued = await talk.send("two", background);
    const connected = talk.sendRaw("three");
    await settle();

    expect((await talk.send("four", latest)).output_text).toBe("four after 0");
    expect(await connected).toMatchObject({
      status: 409,
      code: "turn_replaced",
      shouldRetry: "false",
    });
    expect([await talk.status(first), await talk.status(queued.id)]).toEqual([
      "cancelled",
      "cancelled",
    ]);
    expect(await talk.texts()).toEqual(["four", "four after 0"]);
  });

  it("leaves one of two that come at once", async ({ expect }) => {
    const first = await talk.begin();
    const both = await Promise.all([
      talk.send("two", { ...talk.held, ...background, ...latest }),
      talk.send("three", { ...talk.held, ...background, ...latest }),
    ]);

    const statuses = await Promise.all(both.map(async ({ id }) => await talk.status(id)));
    expect(statuses.filter((one) => one === "cancelled")).toHaveLength(1);
    expect(await talk.status(first)).toBe("cancelled");
  });
});

describe("a conversation in which nothing has waited", () => {
  it("stores what it did before there were policies, and its requests can wait", async ({
    expect,
  }) => {
    await talk.send("zero");
    const tables = await countRows(talk.project, talk.conversation);
    expect(Object.keys(tables)).not.toContain("waiting_turn");
    expect(Object.keys(tables).filter((name) => name.includes("kv"))).toEqual([]);
    const shown = await talk.project.fetch(`/conversations/${talk.conversation}`);
    expect(await shown.json()).toMatchObject({ conversation_policy: "queue" });

    const first = await talk.begin();
    const second = await talk.send("two", background);
    expect(await countRows(talk.project, talk.conversation)).toMatchObject({ waiting_turn: 1 });
    await talk.decide(first);
    await talk.untilStatus(second.id, "completed");
    expect(await talk.texts()).toHaveLength(6);
    expect(await countRows(talk.project, talk.conversation)).not.toHaveProperty("waiting_turn");
  });
});
